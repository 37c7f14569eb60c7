/** The deciders of the fold: they read state and return decisions. They change nothing. */
@NullMarked
package io.sexton.streams.decide;

import org.jspecify.annotations.NullMarked;
