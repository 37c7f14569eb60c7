package io.sexton.locks.core;

import java.time.Instant;

/**
 * Where and when a record stands in the log.
 *
 * @param time the design's {@code @}: append time or clock, whichever is later; of a tick, the clock
 */
record Moment(long offset, Instant time) {}
