package io.sexton.deleter.storage;

import java.time.Instant;

/** The contract on the fake that other tests build upon. */
final class MemoryObjectStoreTest extends ObjectStoreContract {

    private final MemoryObjectStore store = new MemoryObjectStore(Instant::now);

    @Override
    ObjectStore objects() {
        return store;
    }

    @Override
    void put(String key, byte[] bytes) {
        store.put(ObjectKey.of(key), bytes, Instant.now());
    }

    @Override
    boolean holds(String key) {
        return store.keys().contains(ObjectKey.of(key));
    }
}
