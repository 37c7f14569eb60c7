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

    /** For rows: cached, so that one that many records change goes to RocksDB and the changelog once a commit. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> rows(String name) {
        return store(name).withCachingEnabled();
    }

    /**
     * For keys that are walked in order. Not cached: before each page the cache of Streams copies every key that it holds
     * of the range, so that looking for the first one due would cost as much as all that are scheduled (I9).
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> index(String name) {
        return store(name).withCachingDisabled();
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
    }
}
