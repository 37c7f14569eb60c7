package io.sexton.bench;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The one partition of {@code gc.events} that a benchmark writes, and how far its reader has come. Not thread safe. */
final class EventLog implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final byte[] NO_KEY = {};

    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final String reader;
    private final Instant start = Instant.now();
    private @Nullable Future<RecordMetadata> last;

    /** @param reader the consumer group whose progress counts */
    EventLog(String bootstrapServers, String reader) {
        Map<String, Object> client =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 5);
        this.reader = reader;
        try (TopicAdmin topics =
                new TopicAdmin(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), TIMEOUT)) {
            topics.create(TopicSettings.singleBroker(1));
        }
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    void add(RegionEvent.Builder event) {
        byte[] key = event.getRegion().isEmpty()
                ? NO_KEY
                : RegionId.of(event.getRegion()).toKey();
        last = producer.send(
                new ProducerRecord<>(Topics.EVENTS, 0, key, event.build().toByteArray()));
    }

    /** Adds a tick that agrees, beside those that gc-streams writes. */
    void addTick(Duration uptime) {
        add(RegionEvent.newBuilder()
                .setTick(Tick.newBuilder()
                        .setWallClock(Times.toProto(Instant.now()))
                        .setTicker("benchmark")
                        .setUptime(Times.toProto(uptime))));
    }

    /** Adds a tick of a ticker whose clocks are all ahead of this machine's by as much; for a log under CreateTime. */
    void addTickAhead(Duration ahead) {
        Instant now = Instant.now().plus(ahead);
        last = producer.send(new ProducerRecord<>(
                Topics.EVENTS,
                0,
                now.toEpochMilli(),
                NO_KEY,
                RegionEvent.newBuilder()
                        .setTick(Tick.newBuilder()
                                .setWallClock(Times.toProto(now))
                                .setTicker("benchmark")
                                .setUptime(Times.toProto(Duration.between(start, now))))
                        .build()
                        .toByteArray()));
    }

    /** Sets one setting of the topic, while its readers run. */
    void setTopicConfig(String name, String value) throws InterruptedException, ExecutionException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.EVENTS);
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
        while (admin.describeConfigs(List.of(topic)).all().get().values().stream()
                .noneMatch(config -> config.entries().stream()
                        .anyMatch(entry -> entry.name().equals(name) && value.equals(entry.value())))) {
            Thread.sleep(20);
        }
    }

    /** Waits until the readers have applied all records of the log, and write no more ticks to continue. */
    void awaitQuiet() throws InterruptedException, ExecutionException {
        TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
        long end = -1;
        for (int unchanged = 0; unchanged < 50; ) {
            Thread.sleep(20);
            long now = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            unchanged = now == end && committed(partition) >= end ? unchanged + 1 : 0;
            end = now;
        }
    }

    /** Waits until all that was added has been applied and committed. */
    void awaitApplied() throws InterruptedException, ExecutionException {
        if (last == null) {
            return;
        }
        long end = last.get().offset() + 1;
        TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
        while (committed(partition) < end) {
            Thread.sleep(20);
        }
    }

    private long committed(TopicPartition partition) throws InterruptedException, ExecutionException {
        var committed = admin.listConsumerGroupOffsets(reader)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition);
        return committed == null ? 0 : committed.offset();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
