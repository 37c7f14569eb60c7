package io.sexton.fold.state;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The stores of a fold: in RocksDB, with a changelog each, to be opened with a {@link RocksDbBudget}. */
public final class PersistentStores {
    private PersistentStores() {}

    /** For few rows that many records change: each is written to RocksDB and to the changelog once a commit. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> cached(String name) {
        return store(name).withCachingEnabled();
    }

    /**
     * For rows that are rarely written twice between two commits, and for keys that are walked in order: before each page
     * the cache of Streams copies every key that it holds of the range, so that a look for the first one would cost as
     * much as all that are there (I9).
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> uncached(String name) {
        return store(name).withCachingDisabled();
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
    }
}
