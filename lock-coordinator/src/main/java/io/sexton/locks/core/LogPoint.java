package io.sexton.locks.core;

import java.time.Instant;

/**
 * The offset and log time of a record.
 *
 * @param time the design's {@code @}: the later of append time and clock; for a tick, the clock
 */
record LogPoint(long offset, Instant time) {}
