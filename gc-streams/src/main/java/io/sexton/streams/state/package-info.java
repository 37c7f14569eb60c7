/** The tables and indexes of the fold. Appliers write them; deciders and queries get the faces of {@code state.view}. */
@NullMarked
package io.sexton.streams.state;

import org.jspecify.annotations.NullMarked;
