/** The read-only faces of the tables of {@code state}: all that deciders and queries know of the state. */
@NullMarked
package io.sexton.streams.state.view;

import org.jspecify.annotations.NullMarked;
