package io.sexton.deleter.storage;

import java.time.Instant;
import java.util.Optional;

/** The contract on the fake that other tests build upon. */
final class MemoryObjectStoreTest extends TrashContract {

    private final MemoryObjectStore store = new MemoryObjectStore(Instant::now);

    @Override
    protected ObjectStore objects() {
        return store;
    }

    @Override
    protected Optional<ObjectStore> onMissingStorage() {
        return Optional.empty();
    }

    @Override
    protected boolean isMoveAtomic() {
        return true;
    }

    @Override
    protected void put(String key, byte[] bytes) {
        store.put(ObjectKey.of(key), bytes, Instant.now());
    }

    @Override
    protected boolean holds(String key) {
        return store.keys().contains(ObjectKey.of(key));
    }
}
