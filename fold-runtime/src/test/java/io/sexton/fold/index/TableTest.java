package io.sexton.fold.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.StringValue;
import io.sexton.fold.core.Key;
import io.sexton.fold.state.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    private final MemoryStore store = new MemoryStore();
    private final Table<StringValue> table = new Table<>(store, 7, StringValue.parser());
    private final Table<StringValue> neighbour = new Table<>(store, 8, StringValue.parser());

    @Test
    void insertsReplacesAndRemovesRows() {
        table.insert(key(1), row("a"));
        assertThat(table.get(key(1))).isEqualTo(row("a"));

        table.update(key(1), row("b"));
        assertThat(table.get(key(1))).isEqualTo(row("b"));

        table.deleteExisting(key(1));
        assertThat(table.get(key(1))).isNull();
    }

    @Test
    void failsWhereTheStateContradicts() {
        assertThatIllegalStateException().isThrownBy(() -> table.update(key(1), row("a")));
        assertThatIllegalStateException().isThrownBy(() -> table.deleteExisting(key(1)));
        assertThat(table.get(key(1))).isNull();

        table.insert(key(1), row("a"));

        assertThatIllegalStateException().isThrownBy(() -> table.insert(key(1), row("b")));
        assertThat(table.get(key(1))).isEqualTo(row("a"));
    }

    @Test
    void putAndDeleteAcceptEitherState() {
        table.delete(key(1));
        table.put(key(1), row("a"));
        table.put(key(1), row("b"));
        assertThat(table.get(key(1))).isEqualTo(row("b"));

        table.delete(key(1));
        assertThat(table.get(key(1))).isNull();
    }

    @Test
    void readsRowsOfItsOwnInTheOrderOfTheirKeys() {
        neighbour.put(Key.of(8).number(0).build(), row("other table"));
        for (int i = 1_200; i > 0; i--) {
            table.put(key(i), row("row " + i));
        }

        List<Long> visited = new ArrayList<>();
        table.forEach(table.key().build(), stored -> {
            visited.add(stored.parts().number());
            table.delete(stored.key());
        });

        assertThat(visited).hasSize(1_200).isSorted();
        assertThat(table.page(key(0), key(2_000), 10)).isEmpty();
        assertThat(neighbour.get(Key.of(8).number(0).build())).isNotNull();
    }

    @Test
    void readsAPageFromAKeyOn() {
        for (int i = 0; i < 5; i++) {
            table.put(key(i), row("row " + i));
        }

        assertThat(table.page(key(1), key(4), 2))
                .extracting(Table.Stored::row)
                .containsExactly(row("row 1"), row("row 2"));
        assertThat(table.page(key(3), key(4), 2)).extracting(Table.Stored::row).containsExactly(row("row 3"));
    }

    @Test
    void reportsADamagedRow() {
        store.put(key(1), new byte[] {(byte) 0xFF});

        assertThatIllegalStateException()
                .isThrownBy(() -> table.get(key(1)))
                .withMessageContaining("table 7")
                .withMessageContaining("damaged");
    }

    private byte[] key(long number) {
        return table.key().number(number).build();
    }

    private static StringValue row(String text) {
        return StringValue.of(text);
    }
}
