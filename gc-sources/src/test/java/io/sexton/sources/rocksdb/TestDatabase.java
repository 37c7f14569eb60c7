package io.sexton.sources.rocksdb;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** A RocksDB with small files, which compacts on request of a test. */
final class TestDatabase implements AutoCloseable {

    private static final int KIB = 1 << 10;

    final RocksDB db;
    final Path data;
    private final Options options;
    private final Random random = new Random(11);

    static {
        RocksDB.loadLibrary();
    }

    private TestDatabase(Path data, AbstractEventListener listener) throws Exception {
        this.data = Files.createDirectories(data);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setListeners(List.of(listener))
                .setDisableAutoCompactions(true)
                .setWriteBufferSize(64L * KIB)
                .setTargetFileSizeBase(64L * KIB)
                .setMaxBytesForLevelBase(256L * KIB)
                .setLevel0FileNumCompactionTrigger(2)
                .setLevel0SlowdownWritesTrigger(1000)
                .setLevel0StopWritesTrigger(1000);
        this.db = RocksDB.open(options, data.toString());
    }

    static TestDatabase open(Path data, AbstractEventListener listener) throws Exception {
        return new TestDatabase(data, listener);
    }

    void compactAutomatically() throws Exception {
        db.enableAutoCompaction(List.of(db.getDefaultColumnFamily()));
    }

    /** Writes rows of random bytes under random keys, of which most repeat. */
    void write(int rows) throws Exception {
        for (int i = 0; i < rows; i++) {
            byte[] value = new byte[200];
            random.nextBytes(value);
            db.put(key(random.nextInt(500)), value);
        }
    }

    static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    void flush() throws Exception {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flush);
        }
    }

    /** Flushes, and waits until all callbacks have returned. */
    void quiesce() throws Exception {
        flush();
        db.pauseBackgroundWork();
    }

    SortedSet<String> live() {
        SortedSet<String> names = new TreeSet<>();
        db.getLiveFilesMetaData().forEach(file -> names.add(file.fileName().replace("/", "")));
        return names;
    }

    @Override
    public void close() {
        db.close();
        options.close();
    }
}
