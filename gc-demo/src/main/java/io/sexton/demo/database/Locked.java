package io.sexton.demo.database;

import io.sexton.proto.RegionId;
import java.time.Instant;

/**
 * A span of time in which a region's exclusive lock was certainly held, by its client's own count (I4).
 *
 * @param until the last time at which the client reported it as held
 * @param toTheEnd true if it was still held when the work under it ended
 */
public record Locked(RegionId region, Instant from, Instant until, boolean toTheEnd) {}
