package io.sexton.archive;

import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.TrashContract;
import java.time.Instant;
import java.util.Optional;

/** The proof that a third party tests a store with one class of a few lines. */
final class TenantStoreTest extends TrashContract {
    private final MemoryObjectStore shared = new MemoryObjectStore(Instant::now);

    @Override
    protected ObjectStore objects() {
        return new TenantStore(shared, "tenants/a");
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
        shared.put(ObjectKey.of("tenants/a/" + key), bytes, Instant.now());
    }

    @Override
    protected boolean holds(String key) {
        return shared.keys().contains(ObjectKey.of("tenants/a/" + key));
    }
}
