package io.sexton.fold.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.OrderedStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
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

        @Test
        void writesChangesWhenTheyAreFlushed() {
            StreamsStore store = stores.store("rows");
            store.put(new byte[] {1}, new byte[] {1});
            store.put(new byte[] {2}, new byte[] {2});
            store.delete(new byte[] {1});
            assertThat(stores.written("rows").get(new byte[] {2})).isNull();
            store.flush();
            assertThat(stores.written("rows").get(new byte[] {1})).isNull();
            assertThat(stores.written("rows").get(new byte[] {2})).containsExactly(2);
        }

        @Test
        void writesChangesEarlierIfTheyAreMany() {
            StreamsStore store = stores.store("rows");
            for (int i = 0; i < 2_500; i++) {
                store.put(new byte[] {(byte) (i >> 8), (byte) i}, new byte[] {(byte) i});
            }
            assertThat(stores.written("rows").get(new byte[] {0, 0})).containsExactly(0);
            for (int i = 0; i < 2_500; i++) {
                assertThat(store.get(new byte[] {(byte) (i >> 8), (byte) i})).containsExactly((byte) i);
            }
        }
    }
}
