package io.sexton.fold.state;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The stores of a fold: in RocksDB, with a changelog each. They are opened with a {@link RocksDbBudget}. */
public final class PersistentStores {
    private PersistentStores() {}

    /**
     * Returns the builder of a store.
     *
     * @param cached see {@link io.sexton.fold.core.FoldDefinition.Store}
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> of(String name, boolean cached) {
        StoreBuilder<KeyValueStore<Bytes, byte[]>> store = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
        return cached ? store.withCachingEnabled() : store.withCachingDisabled();
    }
}
