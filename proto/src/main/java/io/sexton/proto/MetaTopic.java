package io.sexton.proto;

import com.google.protobuf.Timestamp;
import io.sexton.v1.FoldRecorded;
import io.sexton.v1.TopicsMade;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** The records on {@link Topics#META}. The first record of each kind is valid, in the order of the partition. */
final class MetaTopic {

    private static final Serde<TopicsMade> MADE = MessageSerde.of(TopicsMade.getDefaultInstance());
    private static final Serde<FoldRecorded> FOLD = MessageSerde.of(FoldRecorded.getDefaultInstance());

    private final Map<String, ?> clientConfig;
    private final TopicPartition partition;
    private final Duration timeout;

    /** @param topic name of the topic, namespace included */
    MetaTopic(Map<String, ?> clientConfig, String topic, Duration timeout) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.partition = new TopicPartition(topic, 0);
        this.timeout = timeout;
    }

    /** Returns the valid record, after writing one if there was none. */
    TopicsMade recordIfFirst(int partitions) {
        Optional<TopicsMade> existing = first();
        if (existing.isPresent()) {
            return existing.get();
        }
        TopicsMade made = TopicsMade.newBuilder()
                .setPartitions(partitions)
                .setMadeAt(now())
                .build();
        append(null, MADE.serializer().serialize(partition.topic(), made));
        // Another process may have written the first one.
        return first().orElseThrow(this::recordLost);
    }

    /** Returns the valid record; empty if none was ever written. */
    Optional<TopicsMade> first() {
        return records().stream().findFirst().map(this::made);
    }

    /** Returns the valid application id of a log; empty if none was ever recorded. */
    Optional<String> applicationOf(String log) {
        return records().stream()
                .filter(record -> record.key() != null && Arrays.equals(record.key(), key(log)))
                .findFirst()
                .map(record -> FOLD.deserializer().deserialize(partition.topic(), record.value()))
                .map(FoldRecorded::getApplicationId);
    }

    /** Returns the valid application id of a log, after writing this one if there was none. */
    String recordApplicationIfFirst(String log, String applicationId) {
        Optional<String> existing = applicationOf(log);
        if (existing.isPresent()) {
            return existing.get();
        }
        FoldRecorded fold = FoldRecorded.newBuilder()
                .setApplicationId(applicationId)
                .setRecordedAt(now())
                .build();
        append(key(log), FOLD.serializer().serialize(partition.topic(), fold));
        return applicationOf(log).orElseThrow(this::recordLost);
    }

    private TopicsUnavailableException recordLost() {
        return new TopicsUnavailableException(
                partition.topic() + " lacks the record that was just written to it; is its retention limited?");
    }

    private TopicsMade made(ConsumerRecord<byte[], byte[]> record) {
        TopicsMade made = MADE.deserializer().deserialize(partition.topic(), record.value());
        if (record.offset() != 0 || record.key() != null || made == null || made.getPartitions() == 0) {
            throw new TopicsUnavailableException(
                    partition.topic() + " does not begin with the record that is written when the topics are created");
        }
        return made;
    }

    /** Returns all records, of which there are few. */
    private List<ConsumerRecord<byte[], byte[]>> records() {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            if (end == 0) {
                return List.of();
            }
            consumer.seek(partition, 0);
            return readTo(end, consumer);
        } catch (InterruptException e) {
            throw new TopicsUnavailableException("interrupted while reading " + partition.topic(), e); // flag is set
        } catch (KafkaException e) {
            throw unavailable("read", AclOperation.READ, e);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> readTo(long end, Consumer<byte[], byte[]> consumer) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() - deadline < 0) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            if (consumer.position(partition) >= end) {
                return records;
            }
        }
        throw new TopicsUnavailableException("cannot read " + partition.topic() + ": no answer from the brokers within "
                + timeout.toSeconds() + " s");
    }

    private TopicsUnavailableException unavailable(String verb, AclOperation operation, Exception e) {
        return new TopicsUnavailableException(
                "cannot " + verb + " " + partition.topic() + ": "
                        + MissingPermission.describe(e, operation, partition.topic(), clientConfig),
                e);
    }

    private static byte[] key(String log) {
        return log.getBytes(StandardCharsets.UTF_8);
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    private void append(byte @Nullable [] key, byte[] value) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(partition.topic(), 0, key, value))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw unavailable("write to", AclOperation.WRITE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicsUnavailableException("interrupted while writing to " + partition.topic(), e);
        }
    }
}
