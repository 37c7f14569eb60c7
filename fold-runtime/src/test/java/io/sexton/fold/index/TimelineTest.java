package io.sexton.fold.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Key;
import io.sexton.fold.state.MemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MemoryStore store = new MemoryStore();
    private final Timeline line = new Timeline(store, 7, null);

    @Test
    void ordersKeysByTimeAlsoBeforeTheEpoch() {
        add(line, 5, "b");
        add(line, 5, "a");
        Instant early = Instant.ofEpochMilli(-1);
        line.add(early, line.at(early).tail("c").build());

        assertThat(names(line.due(START.plusSeconds(5), 10))).containsExactly("c", "a", "b");
        assertThat(line.earliest()).isEqualTo(early);
    }

    @Test
    void isEmptyUntilAKeyIsAdded() {
        assertThat(line.earliest()).isNull();
        assertThat(line.mayBeDue(Instant.MAX)).isFalse();
        assertThat(line.due(START, 10)).isEmpty();
        assertThat(line.floorMs()).isNull();
        assertThat(line.takeFloorChanged()).isFalse();
    }

    @Test
    void returnsWhatIsDueAtTheClockInPages() {
        for (int second = 0; second < 5; second++) {
            add(line, second, "at " + second);
        }

        List<byte[]> first = line.due(START.plusSeconds(3), 2);
        assertThat(names(first)).containsExactly("at 0", "at 1");
        assertThat(names(line.dueFrom(Key.next(first.getLast()), START.plusSeconds(3), 10)))
                .containsExactly("at 2", "at 3");
    }

    @Test
    void takesEachDueKeyOnceAndAcceptsLaterOnesMeanwhile() {
        for (int second = 0; second < 5; second++) {
            add(line, second, "at " + second);
        }
        List<String> taken = new ArrayList<>();

        line.take(START.plusSeconds(3), 2, key -> taken.add(name(key)));
        assertThat(taken).containsExactly("at 0", "at 1");

        line.take(START.plusSeconds(3), 100, key -> {
            taken.add(name(key));
            add(line, 60, "after " + name(key));
        });
        assertThat(taken).containsExactly("at 0", "at 1", "at 2", "at 3");

        line.take(START.plusSeconds(60), 100, key -> taken.add(name(key)));
        assertThat(taken).endsWith("at 4", "after at 2", "after at 3");
        assertThat(line.earliest()).isNull();
    }

    @Test
    void continuesFromItsFloorAfterARestart() {
        add(line, 0, "a");
        add(line, 10, "b");
        line.take(START, 100, key -> {});
        assertThat(line.takeFloorChanged()).isTrue();
        assertThat(line.takeFloorChanged()).isFalse();

        Timeline restarted = new Timeline(store, 7, line.floorMs());

        assertThat(restarted.earliest()).isEqualTo(START.plusSeconds(10));
        add(restarted, 5, "earlier");
        assertThat(names(restarted.due(START.plusSeconds(10), 10))).containsExactly("earlier", "b");
    }

    @Test
    void findsKeysOfAnIndexWithoutAStoredFloor() {
        add(line, 0, "a");

        Timeline restarted = new Timeline(store, 7, Long.MIN_VALUE);

        assertThat(restarted.earliest()).isEqualTo(START);
        assertThat(names(restarted.due(START, 10))).containsExactly("a");
    }

    @Test
    void lowersItsFloorForAnEarlierKey() {
        add(line, 10, "late");
        line.raiseFloor(START.plusSeconds(10));
        add(line, 5, "early");

        assertThat(line.floorMs()).isEqualTo(START.plusSeconds(5).toEpochMilli());
        assertThat(line.earliest()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void readsMoveNoFloor() {
        add(line, 0, "a");
        add(line, 10, "b");
        line.remove(line.at(START).tail("a").build());
        line.takeFloorChanged();
        long floor = Objects.requireNonNull(line.floorMs());

        assertThat(line.earliest()).isEqualTo(START.plusSeconds(10));
        assertThat(line.due(START.plusSeconds(1), 10)).isEmpty();
        line.take(START.plusSeconds(1), 10, key -> {});

        assertThat(line.floorMs()).isEqualTo(floor);
        assertThat(line.takeFloorChanged()).isFalse();
    }

    private static void add(Timeline line, long second, String name) {
        Instant time = START.plusSeconds(second);
        line.add(time, line.at(time).tail(name).build());
    }

    private static List<String> names(List<byte[]> keys) {
        return keys.stream().map(TimelineTest::name).toList();
    }

    private static String name(byte @Nullable [] key) {
        Key.Reader parts = new Key.Reader(Objects.requireNonNull(key));
        Timeline.timeOf(parts);
        return parts.tail();
    }
}
