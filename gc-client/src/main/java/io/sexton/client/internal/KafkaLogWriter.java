package io.sexton.client.internal;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.LogWriter;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/** A writer to Kafka topics through one idempotent producer. */
final class KafkaLogWriter implements LogWriter, AutoCloseable {

    /** Upper bound on the bytes that a record batch and the lengths in a record add. */
    private static final int OVERHEAD_BYTES = 512;

    private static final byte[] NO_KEY = {};

    private final Producer<byte[], byte[]> producer;
    private final int maxRequestBytes;
    private final Namespace namespace;
    private final Map<String, Object> config;

    /** @param config configuration of the producer */
    KafkaLogWriter(
            Producer<byte[], byte[]> producer, int maxRequestBytes, Namespace namespace, Map<String, Object> config) {
        this.producer = producer;
        this.maxRequestBytes = maxRequestBytes;
        this.namespace = namespace;
        this.config = Map.copyOf(config);
    }

    @Override
    public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
        return send(
                new ProducerRecord<>(namespace.topic(topic), region.toKey(), message.toByteArray()), region.toString());
    }

    @Override
    public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
        String name = namespace.topic(topic);
        byte[] value = message.toByteArray();
        List<CompletableFuture<LogPosition>> sends = new ArrayList<>();
        try {
            producer.partitionsFor(name)
                    .forEach(partition ->
                            sends.add(send(new ProducerRecord<>(name, partition.partition(), NO_KEY, value), "(all)")));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new PublishException(
                    "cannot list the partitions of " + name + missingPermission(e, AclOperation.DESCRIBE), e));
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

    private PublishException failed(ProducerRecord<?, ?> record, String region, @Nullable Exception cause) {
        return new PublishException(
                "region " + region + ": no acknowledgement from " + record.topic()
                        + missingPermission(cause, AclOperation.WRITE),
                cause);
    }

    /** Returns the missing permission as a suffix of a message, if that is the cause; otherwise an empty string. */
    private String missingPermission(@Nullable Exception cause, AclOperation operation) {
        return cause == null
                ? ""
                : MissingPermission.of(cause, operation, config)
                        .map(missing -> ": " + missing)
                        .orElse("");
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
