package io.sexton.fold.topology;

import io.sexton.fold.core.LogRecord;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What Kafka Streams hands to a processor, as a fold takes it. */
public final class LogRecords {

    private LogRecords() {}

    /** The record that is being processed, with its position. */
    public static LogRecord of(Record<byte[], byte[]> record, ProcessingContext context) {
        RecordMetadata position = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of the log has a position"));
        return new LogRecord(
                position.partition(),
                position.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value());
    }
}
