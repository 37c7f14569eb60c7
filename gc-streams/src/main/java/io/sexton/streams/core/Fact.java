package io.sexton.streams.core;

import java.time.Instant;

/**
 * Where and when something happened.
 *
 * @param offset of the record that says so
 * @param time the design's {@code @}: append time or clock, whichever is later; of what a tick ends, the clock
 */
record Fact(long offset, Instant time) {}
