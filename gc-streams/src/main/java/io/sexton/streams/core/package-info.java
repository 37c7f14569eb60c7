/** The fold of {@code gc.events}: what is known of each file, and which file may go. */
@NullMarked
package io.sexton.streams.core;

import org.jspecify.annotations.NullMarked;
