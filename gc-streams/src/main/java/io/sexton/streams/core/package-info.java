/** The fold of {@code gc.events}: the state of each file, and the decisions to delete. */
@NullMarked
package io.sexton.streams.core;

import org.jspecify.annotations.NullMarked;
