package io.sexton.cli.publish;

import io.sexton.cli.CommandFailure;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the records of lines and keeps account of those that were not acknowledged. Used by one thread; the network
 * thread answers it.
 */
final class LineSender implements AutoCloseable {

    private static final List<String> TOPICS = List.of(Topics.EVENTS, Topics.LOCK_REQUESTS);
    private static final int PATIENCE_MS = 30_000;
    private static final byte[] NO_KEY = {};

    private final Producer<byte[], byte[]> producer;
    private final Map<String, Integer> partitions;
    private final ConcurrentSkipListMap<Long, Exception> failures = new ConcurrentSkipListMap<>();
    private volatile boolean failed;

    private LineSender(Producer<byte[], byte[]> producer, Map<String, Integer> partitions) {
        this.producer = producer;
        this.partitions = partitions;
    }

    /** @throws CommandFailure if the brokers do not answer, or the topics do not exist */
    static LineSender connect(Map<String, Object> clientConfig) {
        Map<String, Integer> partitions = partitions(clientConfig);
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS / 3);
        config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        return new LineSender(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), partitions);
    }

    private static Map<String, Integer> partitions(Map<String, Object> clientConfig) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS / 2);
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS / 6);
        Map<String, Integer> partitions = new HashMap<>();
        try (Admin admin = Admin.create(config)) {
            for (TopicDescription topic :
                    admin.describeTopics(TOPICS).allTopicNames().get().values()) {
                partitions.put(topic.name(), topic.partitions().size());
            }
            return partitions;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw CommandFailure.failed("the topics do not exist; `sexton topics create` makes them", e);
            }
            throw CommandFailure.because("no answer from " + config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted", e);
        }
    }

    /** Hands over what a line is to become; waits only while the producer's memory is full. */
    void send(long line, Publishable.ByKey record) {
        send(line, new ProducerRecord<>(record.topic(), record.key(), record.value()));
    }

    /** As {@link #send(long, Publishable.ByKey)}. */
    void send(long line, Publishable.ToEveryPartition record) {
        int count = partitions.getOrDefault(record.topic(), 0);
        for (int partition = 0; partition < count; partition++) {
            send(line, new ProducerRecord<>(record.topic(), partition, NO_KEY, record.value()));
        }
    }

    private void send(long line, ProducerRecord<byte[], byte[]> record) {
        try {
            var unused = producer.send(record, (metadata, e) -> {
                if (e != null) {
                    account(line, e);
                }
            });
        } catch (KafkaException e) {
            account(line, e);
        }
    }

    private void account(long line, Exception e) {
        failures.putIfAbsent(line, e);
        // What is too large says nothing about the others.
        if (!(e instanceof RecordTooLargeException)) {
            failed = true;
        }
    }

    /** Whether the brokers do not take records any more. */
    boolean hasFailed() {
        return failed;
    }

    /** Waits until everything that was handed over is acknowledged or has failed. */
    void finish() {
        producer.flush();
    }

    /** The lines that were not acknowledged, in order, and why. Complete after {@link #finish}. */
    Map<Long, Exception> failures() {
        return failures;
    }

    @Override
    public void close() {
        producer.close(Duration.ofMillis(PATIENCE_MS));
    }
}
