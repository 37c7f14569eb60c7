/** The client that a database embeds: publishes events, holds pins, acquires locks, receives notices. */
@NullMarked
package io.sexton.client;

import org.jspecify.annotations.NullMarked;

