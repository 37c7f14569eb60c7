/** Messages at the edges of what their types allow, for the tests of all modules that read records. */
@NullMarked
package io.sexton.proto.edges;

import org.jspecify.annotations.NullMarked;
