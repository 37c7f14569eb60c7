package io.sexton.streams.model;

import java.time.Instant;

/**
 * The position and time of an accepted event.
 *
 * @param offset of its record
 * @param time the design's {@code @}: the later one of append time and clock; the clock for the effects of a tick
 */
public record Fact(long offset, Instant time) {}
