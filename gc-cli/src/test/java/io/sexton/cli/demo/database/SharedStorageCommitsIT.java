package io.sexton.cli.demo.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Await;
import io.sexton.cli.demo.database.EngineEvent.CompactionAborted;
import io.sexton.cli.demo.database.EngineEvent.CompactionBegun;
import io.sexton.cli.demo.database.EngineEvent.CompactionCommitted;
import io.sexton.cli.demo.database.EngineEvent.FileCompacted;
import io.sexton.cli.demo.database.EngineEvent.FileFlushed;
import io.sexton.cli.demo.database.EngineEvent.FlushCommitted;
import io.sexton.cli.demo.proof.AuditLog;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What RocksDB seldom does in the demo, and what a leader must make of it; against a real log and a real fold. */
final class SharedStorageCommitsIT {

    private static final int MIB = 1 << 20;
    private static final AtomicInteger REGIONS = new AtomicInteger();

    private static EmbeddedBroker broker;
    private static FoldRuntime streams;

    @TempDir
    private Path directory;

    private SharedRegion region;

    @BeforeAll
    static void startSexton(@TempDir Path state) throws Exception {
        broker = EmbeddedBroker.startTemporary();
        try (TopicAdmin admin =
                new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(30))) {
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
        // It takes long on a busy machine, and is not to be part of what the tests wait for.
        Await.until("gc-streams is ready", streams::isReady);
    }

    @AfterAll
    static void stopSexton() {
        streams.close();
        broker.close();
    }

    @BeforeEach
    void layOutRegion() throws Exception {
        RegionId id = RegionId.of("region-" + REGIONS.incrementAndGet());
        region = SharedRegion.create(
                id, StoredRegions.workload(), directory.resolve("store"), directory.resolve("database"));
    }

    @Test
    void commitsACompactionOnlyAfterTheFlushOfItsInputs() throws Exception {
        withLeader(Duration.ofHours(1), commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "2.sst"));
            commits.follow(new CompactionCommitted(1, List.of("1.sst"), List.of("2.sst")));
            assertThat(manifest().version()).isZero();

            commits.follow(new FlushCommitted("1.sst", 10));

            assertThat(manifest().version()).isEqualTo(2);
            assertThat(manifest().operations()).isEqualTo(10);
            assertThat(manifest().files()).containsOnlyKeys(FilePath.of("2.sst"));
            commits.requireNothingOpen();
        });
        assertThat(kinds())
                .containsExactly(
                        EventCase.REGION_OPENED,
                        EventCase.FILE_WRITTEN,
                        EventCase.COMPACTION_STARTED,
                        EventCase.COMPACTION_STARTED,
                        EventCase.MANIFEST_EDIT,
                        EventCase.COMPACTION_COMPLETED);
    }

    @Test
    void pinsAFlushedFileThatIsCommittedLate() throws Exception {
        // Half of this has passed by the time of the commit.
        withLeader(Duration.ofNanos(2), commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new FlushCommitted("1.sst", 10));

            assertThat(manifest().files()).containsOnlyKeys(FilePath.of("1.sst"));
        });
        List<RegionEvent> events = events();
        RegionEvent pin = events.stream()
                .filter(RegionEvent::hasQueryHeartbeat)
                .findFirst()
                .orElseThrow();
        assertThat(pin.getQueryHeartbeat().getForCommit()).isTrue();
        assertThat(pin.getQueryHeartbeat().getFiles().getPathsList()).containsExactly("1.sst");
        assertThat(kinds())
                .containsSubsequence(
                        EventCase.FILE_WRITTEN,
                        EventCase.QUERY_HEARTBEAT,
                        EventCase.MANIFEST_EDIT,
                        EventCase.QUERY_FINISHED);
    }

    @Test
    void saysThatACompactionFailedWhichRocksDbGaveUp() throws Exception {
        withLeader(Duration.ofHours(1), commits -> {
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "1.sst"));
            commits.follow(new CompactionAborted(1, "no space left"));

            assertThat(manifest()).isEqualTo(Manifest.EMPTY);
            commits.requireNothingOpen();
        });
        assertThat(kinds()).endsWith(EventCase.COMPACTION_FAILED);
    }

    @Test
    void saysThatAWriteFailedWhoseCopyDid() throws Exception {
        withLeader(Duration.ofHours(1), commits -> {
            FileFlushed file = flushed("1.sst");
            Files.createDirectory(region.store().resolve(FilePath.of("1.sst")));

            assertThatThrownBy(() -> commits.follow(file)).isInstanceOf(IOException.class);
        });
        assertThat(kinds()).endsWith(EventCase.FILE_WRITTEN, EventCase.WRITE_FAILED);
    }

    @Test
    void completesACompactionThatOnlyMovedAFileWithoutAnEdit() throws Exception {
        withLeader(Duration.ofHours(1), commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new FlushCommitted("1.sst", 10));
            commits.follow(new CompactionBegun(1));
            commits.follow(new CompactionCommitted(1, List.of("1.sst"), List.of("1.sst")));

            assertThat(manifest().version()).isEqualTo(1);
        });
        RegionEvent last = events().get(events().size() - 1);
        assertThat(last.hasCompactionCompleted()).isTrue();
        assertThat(last.getCompactionCompleted().hasEdit()).isFalse();
    }

    private interface Doing {
        void with(SharedStorageCommits commits) throws Exception;
    }

    private void withLeader(Duration orphanLinger, Doing doing) throws Exception {
        try (SextonClient client = SextonClient.builder(broker.bootstrapServers())
                        .name("node")
                        .orphanLinger(orphanLinger)
                        .build();
                RegionWriter writer = client.publisher().openRegion(region.id(), 1, region.settings(), 0)) {
            doing.with(new SharedStorageCommits(
                    writer, client.pins(), region.store(), region.manifestFile(), Manifest.EMPTY, Patience.SHORT));
        }
    }

    private FileFlushed flushed(String name) throws Exception {
        return new FileFlushed(name, copy(name));
    }

    private FileCompacted compacted(int job, String name) throws Exception {
        return new FileCompacted(job, name, copy(name));
    }

    private Path copy(String name) throws Exception {
        return Files.writeString(directory.resolve(name), "rows of " + name);
    }

    private Manifest manifest() throws Exception {
        return region.manifestFile().load();
    }

    private List<RegionEvent> events() {
        return AuditLog.read(broker.bootstrapServers()).eventsOf(region.id());
    }

    private List<EventCase> kinds() {
        return events().stream().map(RegionEvent::getEventCase).toList();
    }
}
