package io.sexton.fold.state;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory that RocksDB takes outside the heap: one block cache, and one budget of write buffers counted inside
 * it, for all stores, partitions and threads of a fold in this process. What an instance needs is then known beforehand,
 * however many files it tracks and partitions it is given (design, section 12). Two folds in one process have a budget
 * each.
 *
 * <p>Kafka Streams makes an instance for each store, of the class named by {@link #settings}. Thread safe.
 */
public final class RocksDbBudget implements RocksDBConfigSetter {
    private static final String BLOCK_CACHE_BYTES = "sexton.rocksdb.block.cache.bytes";
    private static final String WRITE_BUFFER_BYTES = "sexton.rocksdb.write.buffer.bytes";

    private static final long LARGEST_BUFFER = 16 << 20;
    private static final long SMALLEST_BUFFER = 1 << 20;
    private static final long ARENA_BLOCK = 64 << 10;
    private static final long BLOCK = 8 << 10;
    private static final double KEPT_FOR_INDEXES_AND_FILTERS = 0.5;

    /** Never freed: a store tells that it closes while its database is still open, and another may open at any time. */
    private static final Map<Limits, Memory> BUDGETS = new ConcurrentHashMap<>();

    static {
        RocksDB.loadLibrary();
    }

    /**
     * Returns the required configuration of Kafka Streams.
     *
     * @param blockCacheBytes all that the stores of the fold take together; reads that run at the same time may exceed it
     *     for their duration
     * @param writeBufferBytes the share of it in which writes gather before they go to disk
     * @throws IllegalArgumentException if write buffers are below 1 MiB or take more than half of the block cache
     */
    public static Map<String, Object> settings(long blockCacheBytes, long writeBufferBytes) {
        if (writeBufferBytes < SMALLEST_BUFFER) {
            throw new IllegalArgumentException(
                    "write buffers of " + writeBufferBytes + " bytes are below " + SMALLEST_BUFFER);
        }
        if (writeBufferBytes > blockCacheBytes / 2) {
            throw new IllegalArgumentException("write buffers of " + writeBufferBytes
                    + " bytes take more than half of a block cache of " + blockCacheBytes
                    + " bytes, which must hold the indexes too");
        }
        return Map.of(
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
                RocksDbBudget.class,
                BLOCK_CACHE_BYTES,
                blockCacheBytes,
                WRITE_BUFFER_BYTES,
                writeBufferBytes);
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Limits limits = new Limits(
                String.valueOf(configs.get(StreamsConfig.APPLICATION_ID_CONFIG)),
                bytes(configs, BLOCK_CACHE_BYTES),
                bytes(configs, WRITE_BUFFER_BYTES));
        Memory memory = BUDGETS.computeIfAbsent(limits, Memory::new);

        // The instance that Streams made: its metrics read the cache through it. It brings a Bloom filter.
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache);
        table.setBlockSize(BLOCK);
        // WARNING: without it, indexes and filters stay in memory beside the cache, in proportion to the tracked files.
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        // In parts: one filter of a large file would displace much of the cache at each read that needs it.
        table.setIndexType(IndexType.kTwoLevelIndexSearch);
        table.setPartitionFilters(true);
        table.setMetadataBlockSize(BLOCK / 2);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);

        // A fold asks for many keys that are not there (a new path, a pin): filters are kept at the last level too,
        // which Streams leaves out.
        options.setOptimizeFiltersForHits(false);
        // Neighbouring keys share the region and most of the path.
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);

        options.setWriteBufferManager(memory.writeBuffers);
        options.setWriteBufferSize(Math.max(SMALLEST_BUFFER, Math.min(LARGEST_BUFFER, limits.writeBufferBytes / 4)));
        // Every store with a row in its buffer takes a block at least: with many partitions, large ones would use the
        // budget up while they are next to empty, and every write would flush.
        options.setArenaBlockSize(ARENA_BLOCK);
    }

    /** Nothing of the budget is the store's own, and all else that {@link #setConfig} set belongs to its options. */
    @Override
    public void close(String storeName, Options options) {}

    private static long bytes(Map<String, Object> configs, String key) {
        if (configs.get(key) instanceof Number bytes) {
            return bytes.longValue();
        }
        throw new IllegalStateException(key + " is not set: configure Kafka Streams with RocksDbBudget.settings");
    }

    private record Limits(String applicationId, long blockCacheBytes, long writeBufferBytes) {}

    private static final class Memory {
        private final Cache cache;
        private final WriteBufferManager writeBuffers;

        Memory(Limits limits) {
            int shardsBySize = -1;
            // Not strict: a read that finds the cache full of blocks in use is to succeed, not to stop the fold.
            cache = new LRUCache(limits.blockCacheBytes, shardsBySize, false, KEPT_FOR_INDEXES_AND_FILTERS);
            writeBuffers = new WriteBufferManager(limits.writeBufferBytes, cache);
        }
    }
}
