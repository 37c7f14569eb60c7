/** The names, ids, rules and serdes of the schema {@code sexton.v1}. */
@NullMarked
package io.sexton.proto;

import org.jspecify.annotations.NullMarked;
