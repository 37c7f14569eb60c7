package io.sexton.proto;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log as the broker holds it.
 *
 * @param partition of the topic
 * @param offset within the partition
 * @param appendTime that the broker stamped, in whole milliseconds
 * @param key as received; {@code null} where the record has none
 * @param value as received; {@code null} for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes of the log, handed through and never compared
public record LogRecord(
        int partition, long offset, Instant appendTime, byte @Nullable [] key, byte @Nullable [] value) {}
