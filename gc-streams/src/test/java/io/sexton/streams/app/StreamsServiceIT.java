package io.sexton.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.service.StartupException;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker. */
class StreamsServiceIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final ConfiguredPolicies SHORT_LINGER = new ConfiguredPolicies(List.of(PolicySet.newBuilder()
            .setRegionGlob("*")
            .setPolicy(Policy.newBuilder()
                    .setObsoleteLinger(com.google.protobuf.Duration.newBuilder().setSeconds(2)))
            .build()));

    @TempDir
    private Path dir;

    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.startTemporary();
        try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()), TIMEOUT)) {
            admin.create(TopicSettings.singleBroker(2));
        }
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    @Tag("long")
    void condemnsOnceAcrossARestartAndTicksOnceAMinuteWhileIdle() throws Exception {
        try (FoldRuntime service = start("a")) {
            await("the service is ready", service::isReady);
            openRegionWith("a", "b");
            publish(null, "r1", event("r1").setManifestEdit(edit(1, 2, List.of(), List.of("a"))));
            await("a is condemned", () -> condemned().size() == 1);
        }
        CondemnedFile file = condemned().get(0);
        assertThat(file.getFile().getPath()).isEqualTo("a");
        assertThat(file.getAttempt()).isEqualTo(1);

        try (FoldRuntime again = start("b")) {
            await("the service is ready again", again::isReady);
            publish(null, "r1", event("r1").setManifestEdit(edit(2, 3, List.of(), List.of("b"))));
            await("b is condemned", () -> condemned().size() == 2);
            assertThat(condemned().get(1).getFile().getPath()).isEqualTo("b");
            long quiet = endOfLog();
            Instant until = Instant.now().plusSeconds(4);
            await("four quiet seconds", () -> Instant.now().isAfter(until));
            assertThat(endOfLog())
                    .as("what is due next is a lost report, in an hour; each partition may get its tick of the minute")
                    .isBetween(quiet, quiet + 2);
        }
        assertThat(policies())
                .as("the configured policy, once in each partition")
                .isEqualTo(2);
    }

    @Test
    @Tag("long")
    void appliesNothingTwiceWithoutItsGroupAndStopsWithoutItsState() throws Exception {
        try (FoldRuntime service = start("a")) {
            await("the service is ready", service::isReady);
            openRegionWith("a", "b", "c");
            publish(null, "r1", event("r1").setReferenceEdit(references(true, "a")));
            publish(null, "r1", event("r1").setReferenceEdit(references(false, "b")));
            publish(null, "r1", event("r1").setManifestEdit(edit(1, 2, List.of(), List.of("a", "b", "c"))));
            await("c is condemned", () -> !condemned().isEmpty());
        }
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.deleteConsumerGroups(Set.of("sexton-streams")).all().get();
        }
        try (FoldRuntime again = start("b")) {
            await("the service is ready again", again::isReady);
            publish(null, "r1", event("r1").setManifestEdit(edit(2, 3, List.of("d"), List.of())));
            publish(null, "r1", event("r1").setManifestEdit(edit(3, 4, List.of(), List.of("d"))));
            await("d is condemned", () -> condemned().size() > 1);
            assertThat(condemned())
                    .as("a and b are referenced; to read 'only a is' again takes nothing back")
                    .extracting(file -> file.getFile().getPath())
                    .containsExactly("c", "d");
        }
        try (Admin admin = Admin.create(client)) {
            Set<String> changelogs = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream()
                    .filter(topic -> topic.endsWith("-changelog"))
                    .collect(Collectors.toSet());
            assertThat(changelogs).isNotEmpty();
            admin.deleteTopics(changelogs).all().get();
        }
        assertThatThrownBy(() -> start("c"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the state that came of it is lost")
                .hasMessageNotContaining("\n");
    }

    private static ReferenceEdit references(boolean replaceAll, String path) {
        return ReferenceEdit.newBuilder()
                .setReferrer("branch")
                .setReplaceAll(replaceAll)
                .addAdded(path)
                .build();
    }

    @Test
    void rejectsAnUnreplicatedLogUnlessConfigured() {
        FoldSettings careful = settings("c", false);
        assertThatThrownBy(() -> StreamsService.start(
                        careful, Duration.ofSeconds(1), ConfiguredPolicies.NONE, new SimpleMeterRegistry()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("replication")
                .hasMessageNotContaining("\n");
    }

    /** Opens the region in the partition that follows the configured policies. */
    private void openRegionWith(String... paths) throws Exception {
        await("the policy is in both partitions", () -> policies() == 2);
        publish(
                null,
                "r1",
                event("r1")
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot("r1")));
        publish(null, "r1", event("r1").setManifestEdit(edit(0, 1, List.of(paths), List.of())));
    }

    private FoldRuntime start(String name) {
        return StreamsService.start(
                settings(name, true), Duration.ofMillis(250), SHORT_LINGER, new SimpleMeterRegistry());
    }

    private FoldSettings settings(String name, boolean singleBroker) {
        return new FoldSettings(
                "sexton-streams",
                broker.bootstrapServers(),
                singleBroker,
                dir.resolve(name),
                1,
                Duration.ofMillis(100),
                8 << 20,
                32 << 20,
                16 << 20,
                Map.of());
    }

    private void publish(@Nullable Integer partition, String key, RegionEvent.Builder event) throws Exception {
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.EVENTS,
                            partition,
                            key.getBytes(StandardCharsets.UTF_8),
                            event.build().toByteArray()))
                    .get();
        }
    }

    private List<CondemnedFile> condemned() {
        List<CondemnedFile> files = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : readAll(Topics.DELETE_COMMANDS)) {
            try {
                files.addAll(GcCommand.parseFrom(record.value()).getDelete().getFilesList());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return files;
    }

    private long policies() {
        return readAll(Topics.EVENTS).stream()
                .filter(record -> {
                    try {
                        return RegionEvent.parseFrom(record.value()).hasPolicySet();
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .count();
    }

    private long endOfLog() {
        return readAll(Topics.EVENTS).size();
    }

    private List<ConsumerRecord<byte[], byte[]>> readAll(String topic) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < end.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    private static RegionEvent.Builder event(String region) {
        return RegionEvent.newBuilder().setRegion(region).setEpoch(1);
    }

    private static ManifestEdit edit(long base, long version, List<String> added, List<String> removed) {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAllRemoved(removed);
        added.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path)));
        return edit.build();
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(TIMEOUT)
                .until(condition);
    }
}
