/** The service gc-streams: its configuration, start and stop. */
@NullMarked
package io.sexton.streams.app;

import org.jspecify.annotations.NullMarked;
