package io.sexton.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShrinkerTest {
    private static final List<Integer> NUMBERS = IntStream.range(0, 100).boxed().toList();

    @Test
    void leavesWhatIsNeededToFailInItsOrder() {
        for (List<Integer> needed : List.of(List.of(0), List.of(99), List.of(3, 50, 51, 98), NUMBERS)) {
            assertThat(shrink(list -> list.containsAll(needed))).isEqualTo(needed);
        }
    }

    @Test
    void leavesNothingIfTheEmptyListFails() {
        assertThat(shrink(list -> true)).isEmpty();
    }

    @Test
    void removesWhatBecomesRemovableByLaterRemovals() {
        // From its front alone, one by one, while it is reduced from its end.
        List<Integer> shortest =
                shrink(list -> list.contains(99) && list.equals(NUMBERS.subList(100 - list.size(), 100)));

        assertThat(shortest).containsExactly(99);
    }

    @Test
    void returnsTheShortestSoFarWhenItsRunsAreUsedUp() {
        int[] runs = {0};

        List<Integer> shortest = shrink(list -> runs[0]++ < 2 && list.contains(7));

        assertThat(shortest).contains(7).hasSizeLessThan(100).hasSizeGreaterThan(1);
    }

    private static List<Integer> shrink(Predicate<List<Integer>> fails) {
        return new Shrinker<>(fails).shrink(NUMBERS);
    }
}
