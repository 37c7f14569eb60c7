/** The service gc-streams: its configuration and its life. */
@NullMarked
package io.sexton.streams.app;

import org.jspecify.annotations.NullMarked;
