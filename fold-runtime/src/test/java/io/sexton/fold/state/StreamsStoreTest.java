package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** On RocksDB, with entries in the cache above it, in RocksDB, and divided between both. */
class StreamsStoreTest {

    @Nested
    class WithAllInTheCache extends Contract {
        WithAllInTheCache() {
            super(10_000_000);
        }
    }

    @Nested
    class WithSomeInTheCache extends Contract {
        WithSomeInTheCache() {
            super(2_000);
        }
    }

    @Nested
    class WithNoneInTheCache extends Contract {
        WithNoneInTheCache() {
            super(0);
        }
    }

    abstract static class Contract extends OrderedStoreContract {
        @TempDir
        private Path directory;

        private final long cacheBytes;
        private RocksDbStores stores;

        Contract(long cacheBytes) {
            this.cacheBytes = cacheBytes;
        }

        @BeforeEach
        void open() {
            stores = new RocksDbStores(directory, cacheBytes, RocksDbBudget.settings(16 << 20, 4 << 20), "rows");
        }

        @AfterEach
        void close() {
            stores.close();
        }

        @Override
        protected OrderedStore store() {
            return stores.store("rows");
        }
    }
}
