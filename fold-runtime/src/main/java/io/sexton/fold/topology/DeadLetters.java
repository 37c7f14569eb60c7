package io.sexton.fold.topology;

import io.sexton.fold.core.LogRecord;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** Records for {@code gc.dead-letters}: the bytes as they came, and as headers where from and why. */
public final class DeadLetters {
    public static final String TOPIC = "sexton-topic";
    public static final String PARTITION = "sexton-partition";
    public static final String OFFSET = "sexton-offset";
    public static final String TIMESTAMP = "sexton-timestamp";
    public static final String REASON = "sexton-reason";

    private DeadLetters() {}

    /**
     * @param topic that the record lies in
     * @param reason names the field
     */
    public static Record<byte[], byte[]> of(String topic, LogRecord record, String reason) {
        long timestamp = record.appendTime().toEpochMilli();
        Headers headers = new RecordHeaders()
                .add(TOPIC, text(topic))
                .add(PARTITION, text(Integer.toString(record.partition())))
                .add(OFFSET, text(Long.toString(record.offset())))
                .add(TIMESTAMP, text(Long.toString(timestamp)))
                .add(REASON, text(reason));
        return new Record<>(record.key(), record.value(), timestamp, headers);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
