package io.sexton.demo.database;

import io.sexton.proto.RegionId;
import java.time.Instant;

/**
 * A span of time in which a region's exclusive lock was certainly held, by its client's own count (I4).
 *
 * @param until when the client last said so
 * @param toTheEnd whether it was still held when the work under it was done
 */
public record Locked(RegionId region, Instant from, Instant until, boolean toTheEnd) {}
