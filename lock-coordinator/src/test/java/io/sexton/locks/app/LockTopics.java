package io.sexton.locks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** The lock topics as a plain Kafka client uses them: sends requests and reads committed events. Not thread safe. */
final class LockTopics implements AutoCloseable {
    static final java.time.Duration TIMEOUT = java.time.Duration.ofMinutes(2);

    private final String bootstrapServers;
    private final int partitions;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> events;
    private final List<LockEvent> received = new ArrayList<>();

    LockTopics(String bootstrapServers, int partitions) {
        this.bootstrapServers = bootstrapServers;
        this.partitions = partitions;
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        events = consumer(Topics.LOCK_EVENTS);
    }

    /** Returns the token: the request's offset. */
    long acquire(String region, String owner, String id, LockMode mode, int leaseSeconds, int maxWaitSeconds) {
        return send(request(region, owner, id)
                .setAcquire(LockRequest.Acquire.newBuilder()
                        .setMode(mode)
                        .setPurpose("test")
                        .setLease(Duration.newBuilder().setSeconds(leaseSeconds))
                        .setMaxWait(Duration.newBuilder().setSeconds(maxWaitSeconds))));
    }

    void renew(String region, String owner, String id, long token) {
        send(request(region, owner, id).setRenew(LockRequest.Renew.newBuilder().setToken(token)));
    }

    void release(String region, String owner, String id, long token) {
        send(request(region, owner, id)
                .setRelease(LockRequest.Release.newBuilder().setToken(token)));
    }

    private static LockRequest.Builder request(String region, String owner, String id) {
        return LockRequest.newBuilder().setRegion(region).setOwner(owner).setRequestId(id);
    }

    private long send(LockRequest.Builder request) {
        try {
            return producer.send(new ProducerRecord<>(
                            Topics.LOCK_REQUESTS,
                            request.getRegion().getBytes(StandardCharsets.UTF_8),
                            request.build().toByteArray()))
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns all events that have been read so far. */
    List<LockEvent> received() {
        return received;
    }

    /** Reads until a matching event has come and returns the first one. */
    LockEvent await(String owner, String id, LockEvent.EventCase kind) {
        Predicate<LockEvent> wanted = event ->
                event.getOwner().equals(owner) && event.getRequestId().equals(id) && event.getEventCase() == kind;
        await(() -> received.stream().anyMatch(wanted), kind + " to " + owner + "/" + id);
        return received.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Reads events, by the caller's thread, until the condition holds. */
    void await(BooleanSupplier condition, String what) {
        Awaitility.await(what)
                .pollInSameThread()
                .pollDelay(java.time.Duration.ZERO)
                .pollInterval(java.time.Duration.ofMillis(1))
                .atMost(TIMEOUT)
                .untilAsserted(() -> {
                    events.poll(java.time.Duration.ofMillis(50)).forEach(record -> received.add(event(record)));
                    assertThat(condition.getAsBoolean())
                            .as("received: %s", received)
                            .isTrue();
                });
    }

    long requests() {
        return logs().values().stream().mapToLong(List::size).sum();
    }

    /** Returns every request, by partition. */
    Map<Integer, List<LogRecord>> logs() {
        Map<Integer, List<LogRecord>> logs = new TreeMap<>();
        readAll(Topics.LOCK_REQUESTS)
                .forEach((partition, records) -> logs.put(
                        partition,
                        records.stream()
                                .map(record -> new LogRecord(
                                        partition,
                                        record.offset(),
                                        Instant.ofEpochMilli(record.timestamp()),
                                        record.key(),
                                        record.value()))
                                .toList()));
        return logs;
    }

    /** Returns every committed event, by partition. */
    Map<Integer, List<LockEvent>> events() {
        Map<Integer, List<LockEvent>> all = new TreeMap<>();
        readAll(Topics.LOCK_EVENTS)
                .forEach((partition, records) -> all.put(
                        partition, records.stream().map(LockTopics::event).toList()));
        return all;
    }

    private Map<Integer, List<ConsumerRecord<byte[], byte[]>>> readAll(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic)) {
            Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
            Map<Integer, List<ConsumerRecord<byte[], byte[]>>> all = new TreeMap<>();
            consumer.assignment().forEach(partition -> all.put(partition.partition(), new ArrayList<>()));
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                consumer.poll(java.time.Duration.ofMillis(50))
                        .forEach(record -> all.computeIfAbsent(record.partition(), p -> new ArrayList<>())
                                .add(record));
            }
            return all;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    private static LockEvent event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return LockEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        events.close();
    }
}
