package io.sexton.cli.publish;

import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.service.CommandFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A sender of the records of lines that tracks those not acknowledged. Used by one thread; callbacks run in the network
 * thread.
 */
final class LineSender implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;
    private static final byte[] NO_KEY = {};

    private final Producer<byte[], byte[]> producer;
    private final Map<String, Object> config;
    private final Namespace namespace;
    private final Map<String, Integer> partitions = new HashMap<>();
    private final ConcurrentSkipListMap<Long, Exception> failures = new ConcurrentSkipListMap<>();
    private volatile boolean failed;

    private LineSender(Producer<byte[], byte[]> producer, Map<String, Object> config, Namespace namespace) {
        this.producer = producer;
        this.config = config;
        this.namespace = namespace;
    }

    /** Connects lazily: a topic is looked for when the first of its records comes. */
    static LineSender connect(Map<String, Object> clientConfig, Namespace namespace) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 3);
        config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        return new LineSender(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
                Map.copyOf(clientConfig),
                namespace);
    }

    /** @throws CommandFailure if the brokers do not answer or reject the request, or the topic does not exist */
    private int partitions(String topic) {
        return partitions.computeIfAbsent(topic, this::describe);
    }

    private int describe(String topic) {
        String name = namespace.topic(topic);
        Map<String, Object> admins = new HashMap<>(config);
        admins.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        admins.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 6);
        try (Admin admin = Admin.create(admins)) {
            return Objects.requireNonNull(
                            admin.describeTopics(List.of(name))
                                    .topicNameValues()
                                    .get(name),
                            "a result for each requested topic")
                    .get()
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw CommandFailure.failed("the topics do not exist; `sexton topics create` makes them", e);
            }
            if (MissingPermission.isIn(e)) {
                throw CommandFailure.failed(MissingPermission.describe(e, AclOperation.WRITE, name, config), e);
            }
            throw CommandFailure.because("no answer from " + config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted", e);
        }
    }

    /** Sends the record of a line; blocks only while the producer's memory is full. */
    void send(long line, Publishable.ByKey record) {
        var unused = partitions(record.topic());
        send(line, new ProducerRecord<>(namespace.topic(record.topic()), record.key(), record.value()));
    }

    /** Sends a record as {@link #send(long, Publishable.ByKey)} does, to every partition. */
    void send(long line, Publishable.ToEveryPartition record) {
        int count = partitions(record.topic());
        for (int partition = 0; partition < count; partition++) {
            send(line, new ProducerRecord<>(namespace.topic(record.topic()), partition, NO_KEY, record.value()));
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
        // A record that is too large does not affect the others.
        if (!(e instanceof RecordTooLargeException)) {
            failed = true;
        }
    }

    /** Returns true if the brokers no longer accept records. */
    boolean hasFailed() {
        return failed;
    }

    /** Waits until everything that was handed over is acknowledged or has failed. */
    void finish() {
        producer.flush();
    }

    /** Returns why a line was not acknowledged, as a phrase. */
    String reason(Exception failure) {
        return MissingPermission.describe(failure, AclOperation.WRITE, config);
    }

    /** Returns the lines that were not acknowledged, in order, with the reason. Complete after {@link #finish}. */
    Map<Long, Exception> failures() {
        return failures;
    }

    @Override
    public void close() {
        producer.close(Duration.ofMillis(TIMEOUT_MS));
    }
}
