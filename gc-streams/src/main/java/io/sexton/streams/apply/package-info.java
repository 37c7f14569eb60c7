/** The appliers of the fold: they change state from facts and decisions, and emit outputs. */
@NullMarked
package io.sexton.streams.apply;

import org.jspecify.annotations.NullMarked;
