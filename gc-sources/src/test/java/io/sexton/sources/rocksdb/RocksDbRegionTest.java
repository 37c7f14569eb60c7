package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sexton.client.RegionSettings;
import io.sexton.client.RejectedException;
import io.sexton.client.SextonClient;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real RocksDB, and a log in memory. */
final class RocksDbRegionTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final RegionTimeouts TIMEOUTS =
            new RegionTimeouts(Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofSeconds(60));

    private final FakeSexton sexton = new FakeSexton();
    private final SextonClient client = sexton.client(Duration.ofHours(1));

    @TempDir
    private Path directory;

    private DirectorySstStore store;
    private ManifestFile manifestFile;

    @BeforeEach
    void layOut() throws Exception {
        store = DirectorySstStore.at(directory.resolve("store"));
        manifestFile = new ManifestFile(directory.resolve("MANIFEST"));
    }

    @AfterEach
    void close() {
        client.close();
        sexton.close();
    }

    @Test
    void followsFlushesAndCompactions() throws Exception {
        followFlushesAndCompactions();
    }

    private void followFlushesAndCompactions() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.compactAutomatically();
            for (int i = 0; i < 50; i++) {
                region.awaitCapacity();
                database.write(200);
            }
            region.settle();

            assertThat(stored(manifest())).isEqualTo(database.live());
            assertThat(manifest().sequence()).isEqualTo(10_000);
            for (StoredFile file : manifest().files().values()) {
                assertThat(store.resolve(file.path()))
                        .hasSameBinaryContentAs(database.data.resolve(file.rocksDbName()));
            }
            assertThat(directory.resolve("node/sexton-uploads")).isEmptyDirectory();
        }
        assertThat(sexton.count(EventCase.COMPACTION_COMPLETED)).isPositive();
        assertThat(filesOfTheLog()).isEqualTo(paths(manifest()));
    }

    @Test
    void settlesOnceAndAgain() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);

            region.settle();
            region.settle();

            assertThat(manifest().files()).hasSize(1);
        }
    }

    @Test
    void stopsWhenACopyFails() throws Exception {
        SstStore full = (source, path) -> {
            throw new IOException("no space left");
        };
        try (RocksDbRegion region = open(1, new RegionStorage(settings(), full, manifestFile));
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
            database.flush();

            RegionStoppedException stopped = region.stopped().get(20, TimeUnit.SECONDS);

            assertThat(stopped).hasMessageContaining("epoch 1").hasMessageContaining("no space left");
            assertThatThrownBy(region::awaitCapacity).isInstanceOf(RegionStoppedException.class);
            assertThatThrownBy(region::settle).isInstanceOf(RegionStoppedException.class);
            database.write(10);
        }
        assertThat(sexton.kinds())
                .containsExactly(EventCase.REGION_OPENED, EventCase.FILE_WRITTEN, EventCase.WRITE_FAILED);
        assertThat(manifest()).isEqualTo(Manifest.EMPTY);
    }

    @Test
    void publishesNothingOfACommitThatThrows() throws Exception {
        failACommit();
    }

    private void failACommit() throws Exception {
        ManifestStore broken = new Failing(manifestFile);
        try (RocksDbRegion region = open(1, new RegionStorage(settings(), store, broken));
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
            database.flush();

            assertThat(region.stopped().get(20, TimeUnit.SECONDS)).hasMessageContaining("commit");
        }
        assertThat(sexton.kinds()).containsExactly(EventCase.REGION_OPENED, EventCase.FILE_WRITTEN);
        assertThat(store.resolve(FilePath.of(onlyWritten()))).exists();
    }

    @Test
    void stopsWhenTheLogDoesNotAcknowledgeAnEdit() throws Exception {
        sexton.unacknowledged.add(EventCase.MANIFEST_EDIT);
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
            database.flush();

            assertThat(region.stopped().get(20, TimeUnit.SECONDS)).hasMessageContaining("not acknowledged");
        }
        assertThat(manifest().version()).isEqualTo(1);
    }

    @Test
    void anEpochAfterACrashCommitsWhatTheLastOneHadOnlyCopied() throws Exception {
        failACommit();
        String leftBehind = onlyWritten();

        try (RocksDbRegion region = open(2);
                TestDatabase database = database(region)) {
            region.attach(database.db);

            assertThat(stored(manifest())).isEqualTo(database.live()).hasSize(1);
            assertThat(paths(manifest())).doesNotContain(leftBehind).allMatch(path -> path.contains("-epoch-2"));

            database.write(10);
            database.flush();
            database.db.compactRange();
            region.settle();
            assertThat(stored(manifest())).isEqualTo(database.live()).hasSize(1);
        }
        assertThat(filesOfTheLog()).isEqualTo(paths(manifest()));
    }

    @Test
    void anEpochAfterAWholeOneChangesNothingAndAnswersARequestThatReachedNoLeader() throws Exception {
        followFlushesAndCompactions();
        Manifest before = manifest();
        sexton.events.clear();

        try (RocksDbRegion region = open(2);
                TestDatabase database = database(region)) {
            region.attach(database.db);
        }

        assertThat(manifest()).isEqualTo(before);
        assertThat(sexton.kinds().stream().distinct())
                .containsExactly(EventCase.REGION_OPENED, EventCase.MANIFEST_SNAPSHOT);
        assertThat(sexton.events.getFirst().getRegionOpened().getManifestVersion())
                .isEqualTo(before.version());
        ManifestSnapshot last = sexton.events.getLast().getManifestSnapshot();
        assertThat(last.getLast()).isTrue();
        assertThat(last.getFilesList()).extracting(FileRef::getPath).containsExactlyElementsOf(paths(before));
    }

    @Test
    void anEpochCommitsWhatRocksDbRecoveredFromItsLog() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
        }
        assertThat(manifest()).isEqualTo(Manifest.EMPTY);

        try (RocksDbRegion region = open(2);
                TestDatabase database = database(region)) {
            region.attach(database.db);

            assertThat(stored(manifest())).isEqualTo(database.live()).hasSize(1);
            assertThat(manifest().sequence()).isEqualTo(10);
        }
    }

    @Test
    void anEpochRemovesWhatRocksDbCompactedUnseen() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            for (int i = 0; i < 3; i++) {
                database.write(10);
                database.flush();
            }
            region.settle();
            assertThat(manifest().files()).hasSize(3);
        }
        Set<String> before = paths(manifest());

        try (RocksDbRegion region = open(2);
                TestDatabase database = database(region)) {
            database.db.compactRange();
            region.attach(database.db);

            assertThat(stored(manifest())).isEqualTo(database.live()).hasSize(1);
        }
        ManifestEdit edit = sexton.events.getLast().getManifestEdit();
        assertThat(Set.copyOf(edit.getRemovedList())).isEqualTo(before);
        assertThat(edit.getAddedList()).extracting(FileRef::getPath).containsExactlyElementsOf(paths(manifest()));
    }

    @Test
    void refusesADatabaseThatIsBehindSharedStorage() throws Exception {
        followFlushesAndCompactions();
        Manifest before = manifest();
        sexton.events.clear();

        try (RocksDbRegion region = open(2);
                TestDatabase empty = TestDatabase.open(directory.resolve("node/other"), region.listener())) {
            assertThatThrownBy(() -> region.attach(empty.db))
                    .isInstanceOf(RegionStoppedException.class)
                    .hasMessageContaining("older copy of the region");
        }

        assertThat(manifest()).isEqualTo(before);
        assertThat(sexton.kinds().stream().distinct())
                .containsExactly(EventCase.REGION_OPENED, EventCase.MANIFEST_SNAPSHOT);
    }

    @Test
    void refusesADatabaseWithOtherFilesOfTheSameName() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
            region.settle();
        }
        Manifest before = manifest();

        try (RocksDbRegion region = open(2);
                TestDatabase other = TestDatabase.open(directory.resolve("node/other"), region.listener())) {
            other.write(200);
            other.flush();
            assertThatThrownBy(() -> region.attach(other.db)).hasMessageContaining("another database");
        }

        assertThat(manifest()).isEqualTo(before);
    }

    @Test
    void holdsWritersBackWhileTheStoreIsSlow() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        SstStore waiting = (source, path) -> {
            slow.await();
            return store.put(source, path);
        };
        try (RocksDbRegion region = open(1, new RegionStorage(settings(), waiting, manifestFile));
                TestDatabase database = database(region)) {
            region.attach(database.db);
            region.awaitCapacity();
            for (int i = 0; i < 40; i++) {
                database.write(1);
                database.flush();
            }

            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    region.awaitCapacity();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> writer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            slow.countDown();
            writer.get(20, TimeUnit.SECONDS);
            region.settle();

            assertThat(stored(manifest())).isEqualTo(database.live()).hasSize(40);
        }
    }

    @Test
    void publishesASnapshotWhenSextonRequestsIt() throws Exception {
        try (RocksDbRegion region = open(1);
                TestDatabase database = database(region)) {
            region.attach(database.db);
            database.write(10);
            region.settle();
            Notice.Builder request = Notice.newBuilder();
            request.getSnapshotRequestedBuilder().setAtLeastVersion(1);
            sexton.deliver(REGION, request.build());

            await().until(() -> sexton.events.getLast().getManifestSnapshot().getLast());
            assertThat(sexton.events.getLast().getManifestSnapshot().getFilesList())
                    .extracting(FileRef::getPath)
                    .containsExactlyElementsOf(paths(manifest()));

            region.handOver();
            long events = sexton.events.size();
            sexton.deliver(REGION, request.build());
            region.settle();
            assertThat(sexton.events).hasSize((int) events);
        }
    }

    @Test
    void needsAnAttachedDatabaseForWrites() throws Exception {
        try (RocksDbRegion region = open(1)) {
            assertThatThrownBy(region::awaitCapacity).hasMessageContaining("no database");
            assertThatThrownBy(region::settle).hasMessageContaining("no database");
        }
    }

    @Test
    void pinsTheVersionThatIsAcceptedAndKnowsWhenThePinIsNoLongerSure() throws Exception {
        followFlushesAndCompactions();
        sexton.pinsToReject.set(2);

        Duration ttl = Duration.ofMinutes(10);
        try (PinnedVersion version =
                PinnedVersion.open(client.pins(), REGION, manifestFile, ttl, Duration.ofSeconds(20))) {
            assertThat(version.manifest()).isEqualTo(manifest());
            assertThat(version.rejections()).isEqualTo(2);
            version.requireSure();

            sexton.unacknowledged.add(EventCase.QUERY_HEARTBEAT);
            sexton.advance(ttl);

            assertThat(version.isSure()).isFalse();
            assertThatThrownBy(version::requireSure).isInstanceOf(IOException.class);
        }
    }

    @Test
    void opensNoVersionThatIsNotAccepted() throws Exception {
        sexton.pinsToReject.set(Integer.MAX_VALUE);

        assertThatThrownBy(() -> PinnedVersion.open(
                        client.pins(), REGION, manifestFile, Duration.ofSeconds(10), Duration.ofMillis(500)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("refused");
    }

    /** A manifest whose commits fail, as if the process had died before them. */
    private record Failing(ManifestFile file) implements ManifestStore {
        @Override
        public Manifest load() throws IOException {
            return file.load();
        }

        @Override
        public void commit(Manifest manifest) throws IOException {
            throw new IOException("no commit of version " + manifest.version());
        }
    }

    private static RegionSettings settings() {
        return RegionSettings.of("store", "r1");
    }

    private RocksDbRegion open(long epoch) throws Exception {
        return open(epoch, new RegionStorage(settings(), store, manifestFile));
    }

    private RocksDbRegion open(long epoch, RegionStorage storage) throws Exception {
        return RocksDbRegion.open(client, REGION, epoch, storage, directory.resolve("node"), TIMEOUTS);
    }

    private TestDatabase database(RocksDbRegion region) throws Exception {
        return TestDatabase.open(directory.resolve("node/data"), region.listener());
    }

    private Manifest manifest() throws IOException {
        return manifestFile.load();
    }

    private static Set<String> stored(Manifest manifest) {
        return manifest.files().values().stream()
                .map(StoredFile::rocksDbName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> paths(Manifest manifest) {
        return manifest.files().keySet().stream().map(FilePath::value).collect(Collectors.toCollection(TreeSet::new));
    }

    private String onlyWritten() {
        return sexton.events.stream()
                .filter(RegionEvent::hasFileWritten)
                .map(event -> event.getFileWritten().getFile().getPath())
                .findFirst()
                .orElseThrow();
    }

    /** Applies the log alone: each file is announced before its edit, and the versions form a chain. */
    private Set<String> filesOfTheLog() {
        Set<String> announced = new TreeSet<>();
        Set<String> live = new TreeSet<>();
        long version = 0;
        for (RegionEvent event : sexton.events) {
            announced.add(event.getFileWritten().getFile().getPath());
            announced.addAll(event.getCompactionStarted().getTempFilesList());
            List<ManifestEdit> edits = Stream.of(
                            event.getManifestEdit(),
                            event.getCompactionCompleted().getEdit())
                    .filter(edit -> edit.getVersion() != 0)
                    .toList();
            for (ManifestEdit edit : edits) {
                assertThat(edit.getBaseVersion()).isEqualTo(version);
                version = edit.getVersion();
                assertThat(live).containsAll(edit.getRemovedList());
                edit.getRemovedList().forEach(live::remove);
                for (FileRef added : edit.getAddedList()) {
                    assertThat(announced).contains(added.getPath());
                    assertThat(added.getSizeBytes()).isPositive();
                    assertThat(live.add(added.getPath())).isTrue();
                }
            }
        }
        return live;
    }
}
