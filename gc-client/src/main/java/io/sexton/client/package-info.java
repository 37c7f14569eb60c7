/** What a database embeds: publish events, hold pins, take locks. */
@NullMarked
package io.sexton.client;

import org.jspecify.annotations.NullMarked;
