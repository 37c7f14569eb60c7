package io.sexton.client;

import com.google.protobuf.MessageLite;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The log as Kafka keeps it, through one idempotent producer. */
final class KafkaLogWriter implements LogWriter, AutoCloseable {

    /** What a record batch and a record's own lengths add, generously. */
    private static final int OVERHEAD_BYTES = 512;

    private static final byte[] NO_KEY = {};

    private final Producer<byte[], byte[]> producer;
    private final int maxRequestBytes;

    KafkaLogWriter(Producer<byte[], byte[]> producer, int maxRequestBytes) {
        this.producer = producer;
        this.maxRequestBytes = maxRequestBytes;
    }

    @Override
    public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
        return send(new ProducerRecord<>(topic, region.toKey(), message.toByteArray()), region.toString());
    }

    @Override
    public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
        byte[] value = message.toByteArray();
        List<CompletableFuture<LogPosition>> sends = new ArrayList<>();
        try {
            producer.partitionsFor(topic)
                    .forEach(partition -> sends.add(
                            send(new ProducerRecord<>(topic, partition.partition(), NO_KEY, value), "(all)")));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new PublishException("cannot list the partitions of " + topic, e));
        }
        return CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
                .thenApply(done -> sends.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public int maxValueBytes(RegionId region) {
        return maxRequestBytes - OVERHEAD_BYTES - region.toKey().length;
    }

    private CompletableFuture<LogPosition> send(ProducerRecord<byte[], byte[]> record, String region) {
        CompletableFuture<LogPosition> appended = new CompletableFuture<>();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    appended.completeExceptionally(failed(record, region, failure));
                } else {
                    appended.complete(new LogPosition(metadata.partition(), metadata.offset()));
                }
            });
        } catch (RuntimeException e) {
            appended.completeExceptionally(failed(record, region, e));
        }
        return appended;
    }

    private static PublishException failed(ProducerRecord<?, ?> record, String region, @Nullable Exception cause) {
        return new PublishException("region " + region + ": no acknowledgement from " + record.topic(), cause);
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
