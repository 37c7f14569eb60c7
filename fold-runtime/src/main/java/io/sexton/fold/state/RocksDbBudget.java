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
 * The bound on the memory that RocksDB uses outside the heap: one block cache, and one budget of write buffers counted
 * inside it, for all stores, partitions and threads of a fold in this process. The memory of an instance does not depend
 * on the number of its files and partitions (design, section 12). Two folds in one process have a budget each.
 *
 * <p>Kafka Streams creates an instance for each store, of the class named by {@link #settings}. Thread safe.
 */
public final class RocksDbBudget implements RocksDBConfigSetter {
    private static final String BLOCK_CACHE_BYTES = "sexton.rocksdb.block.cache.bytes";
    private static final String WRITE_BUFFER_BYTES = "sexton.rocksdb.write.buffer.bytes";

    private static final long LARGEST_BUFFER = 16 << 20;
    private static final long SMALLEST_BUFFER = 1 << 20;
    private static final long ARENA_BLOCK = 64 << 10;
    private static final long BLOCK = 8 << 10;
    private static final double KEPT_FOR_INDEXES_AND_FILTERS = 0.5;

    /** Never freed: a store is closed while its database is still open, and another one may be opened at any time. */
    private static final Map<Limits, Memory> BUDGETS = new ConcurrentHashMap<>();

    static {
        RocksDB.loadLibrary();
    }

    /**
     * Returns the settings of Kafka Streams.
     *
     * @param blockCacheBytes memory of all stores of the fold together; concurrent reads may exceed it for their duration
     * @param writeBufferBytes the part of it that buffers writes before they are flushed to disk
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

        // The instance of Streams: its metrics read the cache through it. It has a Bloom filter.
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

        // A fold reads many keys that are absent (a new path, a pin): filters are kept at the last level too, where
        // Streams has none.
        options.setOptimizeFiltersForHits(false);
        // Neighbouring keys share the region and most of the path.
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);

        options.setWriteBufferManager(memory.writeBuffers);
        options.setWriteBufferSize(Math.max(SMALLEST_BUFFER, Math.min(LARGEST_BUFFER, limits.writeBufferBytes / 4)));
        // Every store with a row in its buffer has at least one block. With many partitions, large and almost empty
        // blocks would exhaust the budget, and every write would flush.
        options.setArenaBlockSize(ARENA_BLOCK);
    }

    /** Does nothing: the store owns no part of the budget, and its options own all else that {@link #setConfig} set. */
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
            // Not strict: a read must succeed, and not stop the fold, while the cache is full of blocks in use.
            cache = new LRUCache(limits.blockCacheBytes, shardsBySize, false, KEPT_FOR_INDEXES_AND_FILTERS);
            writeBuffers = new WriteBufferManager(limits.writeBufferBytes, cache);
        }
    }
}
