package io.sexton.proto;

import com.google.protobuf.Timestamp;
import io.sexton.v1.TopicsMade;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;

/** The record on {@link Topics#META}. The first one counts: the broker's order settles who was first. */
final class MetaTopic {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.META, 0);
    private static final Serde<TopicsMade> MADE = MessageSerde.of(TopicsMade.getDefaultInstance());

    private final Map<String, ?> clientConfig;
    private final Duration timeout;

    MetaTopic(Map<String, ?> clientConfig, Duration timeout) {
        this.clientConfig = Map.copyOf(clientConfig);
        this.timeout = timeout;
    }

    /** The record that counts, after writing one where there was none. */
    TopicsMade recordIfFirst(int partitions) {
        Optional<TopicsMade> there = first();
        if (there.isPresent()) {
            return there.get();
        }
        Instant now = Instant.now();
        append(TopicsMade.newBuilder()
                .setPartitions(partitions)
                .setMadeAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .build());
        // Another one may have been first.
        return first().orElseThrow(() -> new TopicsUnavailableException(
                Topics.META + " is empty although a record was written to it just now; is its retention limited?"));
    }

    /** The record that counts, or empty if none was ever written. */
    Optional<TopicsMade> first() {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            if (end == 0) {
                return Optional.empty();
            }
            consumer.seek(PARTITION, 0);
            return Optional.of(firstRecord(consumer));
        } catch (InterruptException e) {
            throw new TopicsUnavailableException("interrupted while reading " + Topics.META, e); // flag is set
        } catch (KafkaException e) {
            throw new TopicsUnavailableException("cannot read " + Topics.META + ": " + e.getMessage(), e);
        }
    }

    private TopicsMade firstRecord(Consumer<byte[], byte[]> consumer) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                TopicsMade made = MADE.deserializer().deserialize(Topics.META, record.value());
                if (record.offset() != 0 || made == null || made.getPartitions() == 0) {
                    throw new TopicsUnavailableException(
                            Topics.META + " does not begin with the record that was written when the topics were made");
                }
                return made;
            }
        }
        throw new TopicsUnavailableException(
                "cannot read " + Topics.META + ": no answer from the brokers within " + timeout.toSeconds() + " s");
    }

    private void append(TopicsMade made) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = MADE.serializer().serialize(Topics.META, made);
            producer.send(new ProducerRecord<>(Topics.META, 0, null, value))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new TopicsUnavailableException("cannot write to " + Topics.META + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicsUnavailableException("interrupted while writing to " + Topics.META, e);
        }
    }
}
