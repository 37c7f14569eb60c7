package io.sexton.deleter.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A broker with the topics, and in place of gc-streams something that answers fences and nothing else. */
final class TestLog implements AutoCloseable {

    static final int PARTITIONS = 2;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final EmbeddedBroker broker = EmbeddedBroker.startTemporary();
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread fold;
    private final List<DeletionReport> reports = new CopyOnWriteArrayList<>();
    private final List<String> fences = new CopyOnWriteArrayList<>();
    private volatile boolean closing;
    private volatile boolean answering = true;

    TestLog() {
        try (TopicAdmin admin = new TopicAdmin(client(), TIMEOUT)) {
            admin.create(TopicSettings.singleBroker(PARTITIONS));
        }
        producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer());
        fold = Thread.ofPlatform().start(this::fold);
    }

    Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    void restartBroker() {
        broker.restart();
    }

    /** Reports that are committed, in the order of the log. */
    List<DeletionReport> reports() {
        return reports;
    }

    List<String> fences() {
        return fences;
    }

    void answerFences(boolean answer) {
        answering = answer;
    }

    void command(String region, GcCommand command) {
        send(Topics.DELETE_COMMANDS, RegionId.of(region).toKey(), command.toByteArray());
    }

    void send(String topic, byte @Nullable [] key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    long recordsOf(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** Returns once the condition holds; fails with its name if it does not in time. */
    static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(TIMEOUT)
                .until(condition);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void fold() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topics.EVENTS, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closing) {
                if (answering) {
                    consumer.poll(Duration.ofMillis(50)).forEach(this::apply);
                } else {
                    LockSupport.parkNanos(20_000_000);
                }
            }
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> each) {
        RegionEvent event;
        try {
            event = RegionEvent.parseFrom(each.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        if (event.hasDeletionReport()) {
            reports.add(event.getDeletionReport());
        } else if (event.hasDeleterFence()) {
            fences.add(event.getDeleterFence().getNonce());
            command(
                    event.getRegion(),
                    GcCommand.newBuilder()
                            .setFencePassed(FencePassed.newBuilder()
                                    .setRegion(event.getRegion())
                                    .setNonce(event.getDeleterFence().getNonce()))
                            .build());
        }
    }

    @Override
    public void close() {
        closing = true;
        await("the end of the fold", () -> !fold.isAlive());
        producer.close(Duration.ZERO);
        broker.close();
    }
}
