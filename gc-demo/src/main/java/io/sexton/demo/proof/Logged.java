package io.sexton.demo.proof;

import java.time.Instant;

/**
 * A record and its place in the log.
 *
 * @param at when the broker appended it, by the broker's clock
 */
record Logged<T>(int partition, long offset, Instant at, T value) {}
