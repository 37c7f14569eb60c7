package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionAborted;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionBegun;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionCommitted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileCompacted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileFlushed;
import io.sexton.sources.rocksdb.RocksDbEvent.FlushCommitted;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rare events of RocksDB, and the leader's reaction to them, on a log in memory. */
final class SharedStorageCommitsTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final Duration LONG = Duration.ofHours(1);
    private static final RegionTimeouts TIMEOUTS =
            new RegionTimeouts(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofSeconds(10));

    private final FakeSexton sexton = new FakeSexton();

    @TempDir
    private Path directory;

    private DirectorySstStore store;
    private ManifestFile manifestFile;

    @BeforeEach
    void layOutRegion() throws Exception {
        store = DirectorySstStore.at(directory.resolve("store"));
        manifestFile = new ManifestFile(directory.resolve("MANIFEST"));
    }

    @AfterEach
    void close() {
        sexton.close();
    }

    @Test
    void commitsACompactionOnlyAfterTheFlushOfItsInputs() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "2.sst"));
            commits.follow(new CompactionCommitted(1, List.of("1.sst"), List.of("2.sst")));
            assertThat(manifest().version()).isZero();

            commits.follow(new FlushCommitted("1.sst", 10));

            assertThat(manifest().version()).isEqualTo(2);
            assertThat(manifest().sequence()).isEqualTo(10);
            assertThat(manifest().files()).containsOnlyKeys(FilePath.of("2.sst"));
            commits.requireSettled(List.of("2.sst"));
        });
        assertThat(sexton.kinds())
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
        RegionEvent pin = sexton.events.stream()
                .filter(RegionEvent::hasQueryHeartbeat)
                .findFirst()
                .orElseThrow();
        assertThat(pin.getQueryHeartbeat().getForCommit()).isTrue();
        assertThat(pin.getQueryHeartbeat().getFiles().getPathsList()).containsExactly("1.sst");
        // The end of a pin is published in the background.
        await().untilAsserted(() -> assertThat(sexton.kinds())
                .containsSubsequence(
                        EventCase.FILE_WRITTEN,
                        EventCase.QUERY_HEARTBEAT,
                        EventCase.MANIFEST_EDIT,
                        EventCase.QUERY_FINISHED));
    }

    @Test
    void commitsNothingThatSextonRefusesToPin() throws Exception {
        sexton.pinsToReject.set(1);
        withLeader(Duration.ofNanos(2), commits -> {
            commits.follow(flushed("1.sst"));

            assertThatThrownBy(() -> commits.follow(new FlushCommitted("1.sst", 10)))
                    .hasMessageContaining("too late");
            assertThat(manifest()).isEqualTo(Manifest.EMPTY);
        });
        assertThat(sexton.kinds()).doesNotContain(EventCase.MANIFEST_EDIT, EventCase.WRITE_FAILED);
    }

    @Test
    void publishesTheFailureOfACompactionThatRocksDbAborted() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "1.sst"));
            commits.follow(new CompactionAborted(1, "no space left"));

            assertThat(manifest()).isEqualTo(Manifest.EMPTY);
            commits.requireSettled(List.of());
        });
        assertThat(sexton.kinds()).endsWith(EventCase.COMPACTION_FAILED);
    }

    @Test
    void publishesAFailedWriteAfterAFailedCopy() throws Exception {
        withLeader(LONG, commits -> {
            FileFlushed file = flushed("1.sst");
            Files.createDirectory(store.resolve(FilePath.of("1.sst")));

            assertThatThrownBy(() -> commits.follow(file)).isInstanceOf(IOException.class);
        });
        assertThat(sexton.kinds()).endsWith(EventCase.FILE_WRITTEN, EventCase.WRITE_FAILED);
    }

    @Test
    void announcesNoPathThatIsLive() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new FlushCommitted("1.sst", 10));
            FileFlushed again = flushed("1.sst");

            assertThatThrownBy(() -> commits.follow(again)).hasMessageContaining("live file again");
        });
        assertThat(sexton.kinds())
                .containsExactly(EventCase.REGION_OPENED, EventCase.FILE_WRITTEN, EventCase.MANIFEST_EDIT);
    }

    @Test
    void writesNothingThatTheLogHasNotAcknowledged() throws Exception {
        sexton.unacknowledged.add(EventCase.FILE_WRITTEN);
        withLeader(LONG, commits -> {
            FileFlushed file = flushed("1.sst");

            assertThatThrownBy(() -> commits.follow(file)).hasMessageContaining("not acknowledged");
            assertThat(store.root()).isEmptyDirectory();
        });
    }

    @Test
    void completesACompactionThatOnlyMovedAFileWithoutAnEdit() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new FlushCommitted("1.sst", 10));
            commits.follow(new CompactionBegun(1));
            commits.follow(new CompactionCommitted(1, List.of("1.sst"), List.of("1.sst")));

            assertThat(manifest().version()).isEqualTo(1);
        });
        RegionEvent last = sexton.events.getLast();
        assertThat(last.hasCompactionCompleted()).isTrue();
        assertThat(last.getCompactionCompleted().hasEdit()).isFalse();
    }

    @Test
    void startsACompactionAgainWhoseTimeoutHasPassedAndAwaitsItsAdmission() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "1.sst"));
            sexton.advance(TIMEOUTS.compaction());
            commits.follow(new CompactionCommitted(1, List.of(), List.of("1.sst")));

            assertThat(manifest().files()).containsOnlyKeys(FilePath.of("1.sst"));
        });
        assertThat(sexton.kinds())
                .containsExactly(
                        EventCase.REGION_OPENED,
                        EventCase.COMPACTION_STARTED,
                        EventCase.COMPACTION_STARTED,
                        EventCase.COMPACTION_STARTED,
                        // The touch whose answer comes after every rejection of the start.
                        EventCase.QUERY_HEARTBEAT,
                        EventCase.COMPACTION_COMPLETED);
        assertThat(sexton.events.get(3).getCompactionStarted().getTempFilesList())
                .containsExactly("1.sst");
    }

    @Test
    void commitsNoCompactionOfWhichAPathWasRejected() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(new CompactionBegun(1));
            commits.follow(compacted(1, "1.sst"));
            sexton.advance(TIMEOUTS.compaction());
            sexton.rejectedPaths.add("1.sst");

            assertThatThrownBy(() -> commits.follow(new CompactionCommitted(1, List.of(), List.of("1.sst"))))
                    .hasMessageContaining("may not be committed any more");
            assertThat(manifest()).isEqualTo(Manifest.EMPTY);
        });
        assertThat(sexton.kinds()).doesNotContain(EventCase.COMPACTION_COMPLETED, EventCase.COMPACTION_FAILED);
    }

    @Test
    void renewsARunningCompactionWhenHalfOfItsTimeIsLeft() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(new CompactionBegun(1));
            commits.keepCompactionsAlive();
            assertThat(sexton.count(EventCase.COMPACTION_STARTED)).isEqualTo(1);

            sexton.advance(TIMEOUTS.compaction().dividedBy(2));
            commits.keepCompactionsAlive();

            assertThat(sexton.count(EventCase.COMPACTION_STARTED)).isEqualTo(2);
        });
    }

    @Test
    void isNotSettledWithOtherFilesThanRocksDb() throws Exception {
        withLeader(LONG, commits -> {
            commits.follow(flushed("1.sst"));
            commits.follow(new FlushCommitted("1.sst", 10));

            assertThatThrownBy(() -> commits.requireSettled(List.of())).hasMessageContaining("without an event");
            assertThatThrownBy(() -> commits.requireSettled(List.of("1.sst", "2.sst")))
                    .hasMessageContaining("without an event");
        });
    }

    private interface Doing {
        void with(SharedStorageCommits commits) throws Exception;
    }

    private void withLeader(Duration orphanLinger, Doing doing) throws Exception {
        RegionStorage storage = new RegionStorage(RegionSettings.of("store", "r1"), store, manifestFile);
        try (SextonClient client = sexton.client(orphanLinger);
                RegionWriter writer = client.publisher().openRegion(REGION, 1, storage.settings(), 0)) {
            doing.with(new SharedStorageCommits(writer, client.pins(), storage, Manifest.EMPTY, TIMEOUTS));
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
        return manifestFile.load();
    }
}
