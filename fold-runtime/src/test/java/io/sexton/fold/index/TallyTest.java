package io.sexton.fold.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.state.MemoryStore;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private final CountingStore store = new CountingStore();
    private final Tally tally = new Tally(store, 7);

    @Test
    void countsAndHasNoRowForZero() {
        tally.add(key(1), 2);
        tally.add(key(1), -1);
        tally.flush();
        assertThat(new Tally(store, 7).count(key(1))).isEqualTo(1);
        assertThat(tally.isAny(key(1))).isTrue();

        tally.add(key(1), -1);
        tally.flush();
        assertThat(tally.isAny(key(1))).isFalse();
        assertThat(store.get(key(1))).isNull();
    }

    @Test
    void refusesToTakeMoreThanWasAdded() {
        tally.add(key(1), 1);

        assertThatIllegalStateException().isThrownBy(() -> tally.add(key(1), -2));
        assertThat(tally.count(key(1))).isEqualTo(1);
    }

    @Test
    void mergesPendingChangesIntoTheFirstKeyWithoutAWrite() {
        tally.add(key(2), 1);
        tally.add(key(3), 1);
        tally.flush();
        int written = store.writes;

        assertThat(first(0, 9)).isEqualTo(key(2));
        tally.add(key(1), 1);
        assertThat(first(0, 9)).as("a pending key before the stored one").isEqualTo(key(1));
        tally.add(key(1), -1);
        assertThat(first(0, 9)).as("a pending key that is zero again").isEqualTo(key(2));
        tally.add(key(2), -1);
        assertThat(first(0, 9))
                .as("a stored key that is pending to become zero")
                .isEqualTo(key(3));
        tally.add(key(3), -1);
        assertThat(first(0, 9)).isNull();
        tally.add(key(9), 1);
        assertThat(first(0, 9)).as("the end is exclusive").isNull();
        assertThat(store.writes).isEqualTo(written);
    }

    @Test
    void findsTheSameFirstKeyAsASortedMap() {
        SplittableRandom random = new SplittableRandom(1);
        TreeMap<Long, Integer> expected = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            long key = random.nextInt(20);
            if (random.nextBoolean()) {
                tally.add(key(key), 1);
                expected.merge(key, 1, Integer::sum);
            } else if (expected.containsKey(key)) {
                tally.add(key(key), -1);
                expected.computeIfPresent(key, (unused, count) -> count == 1 ? null : count - 1);
            }
            if (random.nextInt(10) == 0) {
                tally.flush();
            }
            long from = random.nextInt(20);
            long to = from + random.nextInt(20);
            byte[] first = first(from, to);
            assertThat(first)
                    .isEqualTo(expected.subMap(from, to).keySet().stream()
                            .findFirst()
                            .map(this::key)
                            .orElse(null));
        }
        assertThat(LongStream.range(0, 20).map(key -> tally.count(key(key))).toArray())
                .isEqualTo(LongStream.range(0, 20)
                        .map(key -> expected.getOrDefault(key, 0))
                        .toArray());
    }

    private byte @Nullable [] first(long from, long to) {
        return tally.firstOf(key(from), key(to));
    }

    private byte[] key(long number) {
        return tally.key().number(number).build();
    }

    /** A store in memory that counts writes. */
    private static final class CountingStore implements OrderedStore {
        private final MemoryStore rows = new MemoryStore();
        private int writes;

        @Override
        public byte @Nullable [] get(byte[] key) {
            return rows.get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            writes++;
            rows.put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            writes++;
            rows.delete(key);
        }

        @Override
        public List<Entry> page(byte[] from, byte[] to, int limit) {
            return rows.page(from, to, limit);
        }
    }
}
