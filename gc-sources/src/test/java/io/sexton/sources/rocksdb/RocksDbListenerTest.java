package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.sources.rocksdb.RocksDbEvent.Broken;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionAborted;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionBegun;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionCommitted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileCompacted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileFlushed;
import io.sexton.sources.rocksdb.RocksDbEvent.FlushCommitted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.SstFileWriter;

/** RocksDB's callbacks, from a real RocksDB. */
final class RocksDbListenerTest {

    static {
        RocksDB.loadLibrary();
    }

    private final List<RocksDbEvent> events = new CopyOnWriteArrayList<>();

    @TempDir
    private Path node;

    private Path upload;
    private RocksDbListener listener;

    @BeforeEach
    void listen() throws Exception {
        upload = Files.createDirectories(node.resolve("upload"));
        listener = new RocksDbListener(upload, events::add);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void emitsEveryChangeOfItsLiveFiles() throws Exception {
        try (TestDatabase database = compacting()) {
            database.write(10_000);
            database.quiesce();

            Followed followed = new Followed();
            events.forEach(followed::follow);
            assertThat(followed.live).isEqualTo(database.live());
            assertThat(followed.sequence).isEqualTo(10_000);
            assertThat(followed.compactions).isPositive();
        }
    }

    @Test
    void keepsAFinishedFileWhenRocksDbDeletesItsOwn() throws Exception {
        try (TestDatabase database = compacting()) {
            database.write(10_000);
            database.quiesce();

            List<FileFlushed> compactedAway = events.stream()
                    .filter(FileFlushed.class::isInstance)
                    .map(FileFlushed.class::cast)
                    .filter(file -> !database.live().contains(file.name()))
                    .toList();
            assertThat(compactedAway).isNotEmpty().allSatisfy(file -> {
                assertThat(database.data.resolve(file.name())).doesNotExist();
                assertThat(file.copy()).isNotEmptyFile();
            });
        }
    }

    @Test
    void emitsNothingBeforeItBegins() throws Exception {
        try (TestDatabase database = TestDatabase.open(node.resolve("data"), listener)) {
            database.write(10);
            database.flush();
        }

        assertThat(events).isEmpty();
        assertThat(upload).isEmptyDirectory();
    }

    @Test
    void emitsTheFailureOfACallback() throws Exception {
        try (TestDatabase database = compacting()) {
            Files.delete(upload);
            database.write(1);
            database.quiesce();

            assertThat(events).anyMatch(Broken.class::isInstance);
        }
    }

    @Test
    void emitsNothingForAFlushThatLeavesNoFile() throws Exception {
        try (TestDatabase database = compacting()) {
            database.db.put(TestDatabase.key(1), TestDatabase.key(1));
            database.db.singleDelete(TestDatabase.key(1));
            database.quiesce();

            assertThat(database.live()).isEmpty();
            assertThat(events).isEmpty();
        }
    }

    @Test
    void emitsThatAnotherColumnFamilyHasAFile() throws Exception {
        try (TestDatabase database = compacting();
                ColumnFamilyHandle other =
                        database.db.createColumnFamily(new ColumnFamilyDescriptor(TestDatabase.key(7)));
                FlushOptions flush = new FlushOptions()) {
            database.db.put(other, TestDatabase.key(1), TestDatabase.key(1));
            database.db.flush(flush, other);

            assertThat(events).hasAtLeastOneElementOfType(Broken.class);
        }
    }

    @Test
    void emitsThatAFileWasIngested() throws Exception {
        Path external = node.resolve("external.sst");
        try (TestDatabase database = compacting();
                EnvOptions env = new EnvOptions();
                Options options = new Options();
                SstFileWriter writer = new SstFileWriter(env, options);
                IngestExternalFileOptions ingestion = new IngestExternalFileOptions()) {
            writer.open(external.toString());
            writer.put(TestDatabase.key(1), TestDatabase.key(1));
            writer.finish();
            database.db.ingestExternalFile(List.of(external.toString()), ingestion);

            assertThat(events).hasAtLeastOneElementOfType(Broken.class);
        }
    }

    private TestDatabase compacting() throws Exception {
        TestDatabase database = TestDatabase.open(node.resolve("data"), listener);
        listener.begin();
        database.compactAutomatically();
        return database;
    }

    /** RocksDB's list of files, by its callbacks. */
    private static final class Followed {
        private final Set<String> written = new TreeSet<>();
        private final Set<String> live = new TreeSet<>();
        private long sequence;
        private int compactions;

        void follow(RocksDbEvent event) {
            switch (event) {
                case FileFlushed file -> written.add(file.name());
                case FileCompacted file -> written.add(file.name());
                case FlushCommitted flush -> {
                    assertThat(written).contains(flush.name());
                    live.add(flush.name());
                    sequence = flush.sequence();
                }
                case CompactionBegun begun -> {}
                case CompactionCommitted compaction -> {
                    assertThat(live).containsAll(compaction.inputs());
                    live.removeAll(compaction.inputs());
                    assertThat(written).containsAll(compaction.outputs());
                    live.addAll(compaction.outputs());
                    compactions++;
                }
                case CompactionAborted aborted -> throw new AssertionError(aborted);
                case Broken broken -> throw new AssertionError(broken);
            }
        }
    }
}
