package io.sexton.proto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Records for {@code gc.dead-letters}: the bytes as received, with their origin and the reason in headers. A letter that no
 * broker accepts would stop the fold at each start, so a letter has only the beginning of bytes that are too long.
 */
public final class DeadLetters {
    public static final String TOPIC = "sexton-topic";
    public static final String PARTITION = "sexton-partition";
    public static final String OFFSET = "sexton-offset";
    public static final String TIMESTAMP = "sexton-timestamp";
    public static final String REASON = "sexton-reason";
    /** Length of the value in bytes, if the letter has only its beginning. */
    public static final String LENGTH = "sexton-length";

    /** With headers and framing, below the default limit of brokers and producers, which is 1 MiB. */
    private static final int MOST_BYTES = 1_000_000;

    private static final int MOST_KEY_BYTES = 10_000;
    private static final int MOST_REASON_CHARS = 1_000;

    private DeadLetters() {}

    /**
     * A record of {@code gc.dead-letters}.
     *
     * @param timestamp in milliseconds since 1970, not negative
     */
    @SuppressWarnings("ArrayRecordComponent") // the bytes of the log, handed through and never compared
    public record Letter(byte @Nullable [] key, byte @Nullable [] value, long timestamp, Headers headers) {}

    /**
     * Returns the letter for a record.
     *
     * @param topic of the record, without the namespace
     * @param reason begins with the name of the field
     */
    public static Letter of(String topic, LogRecord record, String reason) {
        long timestamp = record.appendTime().toEpochMilli();
        Headers headers = new RecordHeaders()
                .add(TOPIC, text(topic))
                .add(PARTITION, text(Integer.toString(record.partition())))
                .add(OFFSET, text(Long.toString(record.offset())))
                .add(TIMESTAMP, text(Long.toString(timestamp)))
                .add(REASON, text(shortened(reason)));
        byte[] value = record.value();
        if (value != null && value.length > MOST_BYTES) {
            headers.add(LENGTH, text(Integer.toString(value.length)));
        }
        return new Letter(
                beginning(record.key(), MOST_KEY_BYTES),
                beginning(value, MOST_BYTES),
                Math.max(0, timestamp), // a record without a time has -1, which producers reject
                headers);
    }

    /** Returns a reason of bounded length: reasons may quote a field. */
    public static String shortened(String reason) {
        return reason.length() <= MOST_REASON_CHARS ? reason : reason.substring(0, MOST_REASON_CHARS) + "…";
    }

    private static byte @Nullable [] beginning(byte @Nullable [] bytes, int most) {
        return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
