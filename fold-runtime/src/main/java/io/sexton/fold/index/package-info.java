/** Tables and indexes of a fold in an {@link io.sexton.fold.core.OrderedStore}: rows, sets, counts, and keys by time. */
@NullMarked
package io.sexton.fold.index;

import org.jspecify.annotations.NullMarked;
