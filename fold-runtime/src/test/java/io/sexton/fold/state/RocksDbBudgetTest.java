package io.sexton.fold.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sexton.fold.core.Key;
import io.sexton.testkit.SeededRandom;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbBudgetTest {
    private static final long MIB = 1 << 20;
    private static final long BLOCK_CACHE = 8 * MIB;
    private static final long WRITE_BUFFERS = 2 * MIB;
    private static final List<String> STORES = List.of("files", "schedule", "regions");
    private static final int ROWS = 50_000;

    @TempDir
    private Path directory;

    @Test
    void holdsAllStoresTogetherToOneBudget() {
        long greatestBuffers = 0;
        long greatestCache = 0;
        try (RocksDbStores stores = open()) {
            SeededRandom random = new SeededRandom(1);
            for (int row = 0; row < ROWS; row++) {
                for (String store : STORES) {
                    byte[] value = new byte[100];
                    random.nextBytes(value);
                    stores.store(store).put(key(row), value);
                }
                if (row % 1000 == 0) {
                    greatestBuffers = Math.max(greatestBuffers, buffers(stores));
                }
            }
            for (int read = 0; read < ROWS; read++) {
                int row = random.nextInt(2 * ROWS);
                for (String store : STORES) {
                    assertThat(stores.store(store).get(key(row)) != null).isEqualTo(row < ROWS);
                }
                if (read % 1000 == 0) {
                    greatestCache = Math.max(greatestCache, stores.metric("files", "block-cache-usage"));
                }
            }
            for (String store : STORES) {
                assertThat(stores.metric(store, "block-cache-capacity")).isEqualTo(BLOCK_CACHE);
                assertThat(stores.metric(store, "block-cache-usage"))
                        .as("one cache, seen from %s", store)
                        .isEqualTo(stores.metric("files", "block-cache-usage"));
                assertThat(stores.metric(store, "estimate-table-readers-mem"))
                        .as("indexes and filters of %s outside the cache", store)
                        .isLessThan(ROWS / 2);
            }
        }
        assertThat(greatestBuffers).isPositive().isLessThan(2 * WRITE_BUFFERS);
        assertThat(greatestCache).isGreaterThan(BLOCK_CACHE / 2).isLessThan(BLOCK_CACHE + MIB);
    }

    @Test
    void keepsTheBudgetForStoresThatOpenAfterOthersHaveClosed() {
        try (RocksDbStores first = open()) {
            first.store("files").put(key(1), new byte[] {1});
        }
        try (RocksDbStores second = open()) {
            assertThat(second.metric("files", "block-cache-capacity")).isEqualTo(BLOCK_CACHE);
            second.store("files").put(key(2), new byte[] {2});
            assertThat(second.store("files").get(key(2))).containsExactly(2);
        }
    }

    @Test
    void refusesBuffersThatLeaveNoRoomForTheRest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RocksDbBudget.settings(10 * MIB, 6 * MIB))
                .withMessageContaining("half");
        assertThatIllegalArgumentException().isThrownBy(() -> RocksDbBudget.settings(10 * MIB, 1000));
    }

    private static long buffers(RocksDbStores stores) {
        return STORES.stream()
                .mapToLong(store -> stores.metric(store, "size-all-mem-tables"))
                .sum();
    }

    private static byte[] key(int row) {
        return Key.of(1)
                .text("region-" + row % 10)
                .tail("data/part-" + row + ".sst")
                .build();
    }

    private RocksDbStores open() {
        return new RocksDbStores(
                directory, 0, RocksDbBudget.settings(BLOCK_CACHE, WRITE_BUFFERS), STORES.toArray(String[]::new));
    }
}
