package io.sexton.fold.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sexton.fold.core.Key;
import io.sexton.fold.state.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeySetTest {
    private final MemoryStore store = new MemoryStore();
    private final KeySet set = new KeySet(store, 7);

    @Test
    void failsWhereTheStateContradicts() {
        assertThatIllegalStateException().isThrownBy(() -> set.deleteExisting(key(1)));

        set.insert(key(1));
        assertThatIllegalStateException().isThrownBy(() -> set.insert(key(1)));

        set.deleteExisting(key(1));
        assertThat(set.contains(key(1))).isFalse();
    }

    @Test
    void addAndRemoveAcceptEitherState() {
        set.remove(key(1));
        set.add(key(1));
        set.add(key(1));
        assertThat(set.contains(key(1))).isTrue();

        set.remove(key(1));
        assertThat(set.contains(key(1))).isFalse();
    }

    @Test
    void readsTheRangeOnly() {
        addAll(5);
        new KeySet(store, 8).add(Key.of(8).build());

        assertThat(set.firstOf(key(3), key(5))).isEqualTo(key(3));
        assertThat(set.firstOf(key(5), key(9))).isNull();
        assertThat(set.page(key(1), key(9), 2)).containsExactly(key(1), key(2));
    }

    @Test
    void visitsAllKeysUnderThePrefixAndLetsTheVisitorRemoveThem() {
        addAll(1_200);

        List<byte[]> visited = new ArrayList<>();
        set.forEach(set.key().build(), key -> {
            visited.add(key);
            set.remove(key);
        });

        assertThat(visited).hasSize(1_200).startsWith(key(0)).endsWith(key(1_199));
        assertThat(set.firstOf(key(0), key(2_000))).isNull();
    }

    @Test
    void takesKeysInOrderUpToTheLimit() {
        addAll(1_200);
        List<byte[]> taken = new ArrayList<>();

        byte[] left = set.take(key(0), key(1_100), 700, taken::add);

        assertThat(taken).hasSize(700).startsWith(key(0)).endsWith(key(699));
        assertThat(set.firstOf(key(0), key(2_000))).isEqualTo(key(700));
        assertThat(left).isEqualTo(Key.next(key(699)));

        assertThat(set.take(key(0), key(1_100), 700, taken::add)).isEqualTo(key(1_100));
        assertThat(taken).hasSize(1_100);
        assertThat(set.firstOf(key(0), key(2_000))).isEqualTo(key(1_100));
        assertThat(set.take(key(0), key(1_100), 700, taken::add)).isNull();
    }

    private void addAll(int count) {
        for (int i = 0; i < count; i++) {
            set.insert(key(i));
        }
    }

    private byte[] key(long number) {
        return set.key().number(number).build();
    }
}
