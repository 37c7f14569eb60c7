/** Messages with edge values of their types, for the tests of all modules that read records. */
@NullMarked
package io.sexton.testkit.edges;

import org.jspecify.annotations.NullMarked;
