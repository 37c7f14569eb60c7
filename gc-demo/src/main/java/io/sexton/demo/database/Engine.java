package io.sexton.demo.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * One region's RocksDB on a node's local disk, with small files and buffers, so that it flushes and compacts often.
 *
 * <p>Without a write-ahead log: a write that is not flushed may be lost. So the stored files and metadata are a
 * region's complete state.
 *
 * <p>Safe for use by any thread, but {@link #close}, which must be the last call.
 */
final class Engine implements AutoCloseable {

    private static final int KIB = 1 << 10;

    static {
        // The cache is made before the first class of RocksDB that would load it.
        RocksDB.loadLibrary();
    }

    private final Workload workload;
    private final Path data;
    private final LRUCache cache;
    private final Options options;
    private final WriteOptions withoutLog;
    private final RocksDB db;

    private Engine(Workload workload, Path data, List<AbstractEventListener> listeners) throws RocksDBException {
        this.workload = workload;
        this.data = data;
        this.cache = new LRUCache(4096L * KIB);
        this.options = new Options()
                .setCreateIfMissing(true)
                .setListeners(listeners)
                // The leader attaches the database first, so that every compaction is followed.
                .setDisableAutoCompactions(true)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache))
                // So that sizes are those of the data, on every platform.
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(512L * KIB)
                .setTargetFileSizeBase(512L * KIB)
                .setMaxBytesForLevelBase(2048L * KIB)
                .setLevel0FileNumCompactionTrigger(3)
                // One flush at a time: then flushes are committed in the order of the writes.
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(64)
                .setKeepLogFileNum(1);
        this.withoutLog = new WriteOptions().setDisableWAL(true);
        this.db = RocksDB.open(options, data.toString());
    }

    /**
     * Opens the region's database in {@code node}, an empty directory or one that {@link Restore} has filled.
     *
     * @param operations the expected number of writes
     * @param listeners stay open until it is closed
     * @throws IllegalStateException if it has more writes, or fewer
     */
    static Engine open(Path node, Workload workload, long operations, List<AbstractEventListener> listeners)
            throws IOException, RocksDBException {
        Engine engine = new Engine(workload, data(node), listeners);
        if (engine.operations() != operations) {
            long has = engine.operations();
            engine.close();
            throw new IllegalStateException("the engine in " + node + " has " + has + " writes, not " + operations);
        }
        return engine;
    }

    /** Returns the directory of RocksDB's own files on a node. */
    static Path data(Path node) throws IOException {
        return Files.createDirectories(node.resolve("data"));
    }

    /** Returns the database. */
    RocksDB db() {
        return db;
    }

    /** Compacts from now on whenever RocksDB finds it due. */
    void enableCompactions() throws RocksDBException {
        db.enableAutoCompaction(List.of(db.getDefaultColumnFamily()));
    }

    /** Carries out the region's next write. Waits while RocksDB holds writes back. */
    void apply(Operation operation) throws RocksDBException {
        switch (operation) {
            case Operation.Put put -> db.put(withoutLog, Workload.key(put.row()), workload.value(put.number()));
            case Operation.Delete delete -> db.delete(withoutLog, Workload.key(delete.row()));
        }
    }

    /** Returns the number of writes: RocksDB's sequence number, which counts each as one. */
    long operations() {
        return db.getLatestSequenceNumber();
    }

    /** Returns RocksDB's own list of its files, the reference of all proofs. */
    NavigableSet<String> liveFiles() {
        return db.getLiveFilesMetaData().stream()
                .map(file -> file.fileName().replace("/", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the local path of a live file. */
    Path local(String name) {
        return data.resolve(name);
    }

    /** Copies RocksDB's files other than SST files: levels, file numbers, options. After the region is settled. */
    void saveMetadata(Path target) throws RocksDBException, IOException {
        try (Stream<Path> old = Files.list(target)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        RocksDB.LiveFiles live = db.getLiveFiles(false);
        for (String file : live.files) {
            String name = file.replace("/", "");
            if (!name.endsWith(".sst")) {
                byte[] bytes = Files.readAllBytes(data.resolve(name));
                // RocksDB preallocates the MANIFEST; only this part of it was written.
                int length = name.startsWith("MANIFEST-")
                        ? Math.toIntExact(Math.min(live.manifestFileSize, bytes.length))
                        : bytes.length;
                Files.write(target.resolve(name), Arrays.copyOf(bytes, length));
            }
        }
    }

    @Override
    public void close() {
        db.close();
        withoutLog.close();
        options.close();
        cache.close();
    }
}
