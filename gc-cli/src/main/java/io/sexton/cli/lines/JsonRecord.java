package io.sexton.cli.lines;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a topic, as a line represents it.
 *
 * @param topic one of {@link io.sexton.proto.Topics#ALL}
 * @param partition of the topic; 0 if the line names none
 * @param offset within the partition; if the line names none, one more than that of the partition's previous line
 * @param timestamp the append time in whole milliseconds; {@code null} if the line names none
 * @param key {@code null} if the record has none
 * @param value in the topic's own format, never JSON; {@code null} for a record without a value
 * @param headers in their order
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way between a file and a log; never compared
public record JsonRecord(
        String topic,
        int partition,
        long offset,
        @Nullable Instant timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Map<String, String> headers) {}
