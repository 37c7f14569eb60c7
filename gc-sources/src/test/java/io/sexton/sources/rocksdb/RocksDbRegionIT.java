package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.client.RegionSettings;
import io.sexton.client.SextonClient;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Policy;
import io.sexton.v1.RegionEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A real RocksDB, a real log and a real fold: what is condemned is what the manifest no longer has. */
final class RocksDbRegionIT {

    private static final int MIB = 1 << 20;
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final Duration WAIT = Duration.ofSeconds(90);

    private static EmbeddedBroker broker;
    private static FoldRuntime streams;

    @TempDir
    private Path directory;

    private RegionId id;
    private ManifestFile manifestFile;
    private RegionStorage storage;

    @BeforeAll
    static void startSexton(@TempDir Path state) throws Exception {
        broker = EmbeddedBroker.startTemporary();
        try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()), WAIT)) {
            var unused = admin.create(TopicSettings.singleBroker(1));
        }
        streams = StreamsService.start(
                new FoldSettings(
                        "gc-streams",
                        broker.bootstrapServers(),
                        true,
                        state,
                        1,
                        Duration.ofMillis(50),
                        MIB,
                        16L * MIB,
                        8L * MIB,
                        Map.of()),
                Duration.ofSeconds(1),
                ConfiguredPolicies.NONE,
                new SimpleMeterRegistry());
        await("gc-streams is ready").atMost(WAIT).until(streams::isReady);
        com.google.protobuf.Duration linger = com.google.protobuf.Duration.newBuilder()
                .setSeconds(LINGER.toSeconds())
                .build();
        try (SextonClient client = client(Duration.ofHours(1))) {
            Policy policy = Policy.newBuilder()
                    .setObsoleteLinger(linger)
                    .setTempLinger(linger)
                    // Almost all files of so small a region become garbage at once.
                    .setApprovalFloor(MIB)
                    .build();
            var unused = client.operator().setPolicy("", policy);
        }
    }

    @AfterAll
    static void stopSexton() {
        streams.close();
        broker.close();
    }

    @BeforeEach
    void layOut(TestInfo test) throws Exception {
        id = RegionId.of(test.getTestMethod().orElseThrow().getName());
        manifestFile = new ManifestFile(directory.resolve("MANIFEST"));
        storage = new RegionStorage(
                RegionSettings.of("store", id.value()), DirectorySstStore.at(directory.resolve("store")), manifestFile);
    }

    @Test
    void deleteCommandsNameExactlyWhatTheManifestNoLongerHas() throws Exception {
        try (SextonClient client = client(Duration.ofHours(1));
                RocksDbRegion region = open(client, 1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.compactAutomatically();
            write(region, database);
            database.flush();
            await().atMost(WAIT).until(() -> !manifestFile.load().files().isEmpty());

            Duration ttl = Duration.ofSeconds(60);
            try (PinnedVersion pinned = PinnedVersion.open(client.pins(), id, manifestFile, ttl, WAIT)) {
                Set<FilePath> read = pinned.manifest().files().keySet();
                write(region, database);
                database.flush();
                database.db.compactRange();
                region.settle();
                assertThat(manifestFile.load().files().keySet()).doesNotContainAnyElementsOf(read);

                // What is not pinned was obsolete no earlier than what is.
                Set<String> unpinned = garbage();
                read.forEach(file -> unpinned.remove(file.value()));
                await().atMost(WAIT).until(() -> condemned().containsAll(unpinned));
                assertThat(condemned()).isEqualTo(unpinned).isNotEmpty();
                pinned.requireSure();
            }
            await().atMost(WAIT).untilAsserted(() -> assertThat(condemned()).isEqualTo(garbage()));
        }
    }

    @Test
    void theFoldAcceptsFilesThatAreCommittedLateAndThoseOfALaterEpoch() throws Exception {
        try (SextonClient late = client(Duration.ofNanos(2))) {
            try (RocksDbRegion region = open(late, 1);
                    TestDatabase database = database(region)) {
                region.attach(database.db);
                database.write(10);
                database.flush();
                database.write(10);
                region.settle();
                assertThat(manifestFile.load().files()).hasSize(2);
                database.db.continueBackgroundWork();
                database.write(10);
            }
            try (RocksDbRegion region = open(late, 2);
                    TestDatabase database = database(region)) {
                region.attach(database.db);
                assertThat(manifestFile.load().files()).hasSize(3);
                database.db.compactRange();
                region.settle();
                assertThat(manifestFile.load().files()).hasSize(1);
            }
        }
        assertThat(events())
                .anyMatch(event -> event.getQueryHeartbeat().getForCommit())
                .noneMatch(event -> event.hasWriteFailed() || event.hasCompactionFailed());
        await().atMost(WAIT)
                .untilAsserted(
                        () -> assertThat(condemned()).isEqualTo(garbage()).hasSize(3));
    }

    private static void write(RocksDbRegion region, TestDatabase database) throws Exception {
        for (int i = 0; i < 20; i++) {
            region.awaitCapacity();
            database.write(200);
        }
    }

    private static SextonClient client(Duration orphanLinger) {
        return SextonClient.builder(broker.bootstrapServers())
                .name("node")
                .orphanLinger(orphanLinger)
                .build();
    }

    private RocksDbRegion open(SextonClient client, long epoch) throws Exception {
        RegionTimeouts timeouts = new RegionTimeouts(WAIT, Duration.ofMinutes(1), WAIT);
        return RocksDbRegion.open(client, id, epoch, storage, directory.resolve("node"), timeouts);
    }

    private TestDatabase database(RocksDbRegion region) throws Exception {
        return TestDatabase.open(directory.resolve("node/data"), region.listener());
    }

    /** Returns every file that the log has announced, but those of the manifest. */
    private Set<String> garbage() throws Exception {
        Set<String> written = new TreeSet<>();
        for (RegionEvent event : events()) {
            if (event.hasFileWritten()) {
                written.add(event.getFileWritten().getFile().getPath());
            }
            written.addAll(event.getCompactionStarted().getTempFilesList());
        }
        manifestFile.load().files().keySet().forEach(file -> written.remove(file.value()));
        return written;
    }

    private Set<String> condemned() throws Exception {
        Set<String> paths = new TreeSet<>();
        for (byte[] value : records(Topics.DELETE_COMMANDS)) {
            GcCommand command = GcCommand.parseFrom(value);
            if (command.getDelete().getRegion().equals(id.value())) {
                for (CondemnedFile file : command.getDelete().getFilesList()) {
                    paths.add(file.getFile().getPath());
                }
            }
        }
        return paths;
    }

    private List<RegionEvent> events() throws Exception {
        List<RegionEvent> events = new ArrayList<>();
        for (byte[] value : records(Topics.EVENTS)) {
            RegionEvent event = RegionEvent.parseFrom(value);
            if (event.getRegion().equals(id.value())) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<byte[]> records(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
            List<byte[]> values = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
