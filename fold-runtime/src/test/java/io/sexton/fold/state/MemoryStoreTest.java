package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;

class MemoryStoreTest extends OrderedStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected OrderedStore store() {
        return store;
    }
}
