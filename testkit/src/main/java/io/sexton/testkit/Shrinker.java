package io.sexton.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The reduction of a failing list, such as a log or a plan: removes elements as long as the rest still fails, halves
 * first, single elements last.
 *
 * @param <T> an element
 */
public final class Shrinker<T> {
    private final Predicate<List<T>> fails;

    /** @param fails returns whether a list fails; must return the same for the same list */
    public Shrinker(Predicate<List<T>> fails) {
        this.fails = fails;
    }

    /**
     * Returns the elements that are needed to fail, in their order: no single one can be removed. If the predicate
     * returns false once its budget of runs is used up, the shortest list so far is returned.
     *
     * @param failing a list for which the predicate returns true
     */
    public List<T> shrink(List<T> failing) {
        List<T> shortest = failing;
        for (int length = Math.max(1, failing.size() / 2); length >= 1; length /= 2) {
            boolean isShorter = true;
            while (isShorter) {
                int before = shortest.size();
                shortest = withoutRuns(shortest, length);
                isShorter = length == 1 && shortest.size() < before;
            }
        }
        return shortest;
    }

    /** Removes each run of so many elements without which the list still fails, from the end. */
    private List<T> withoutRuns(List<T> failing, int length) {
        List<T> kept = failing;
        for (int from = kept.size() - length; from > -length; from -= length) {
            List<T> fewer = new ArrayList<>(kept);
            fewer.subList(Math.max(0, from), from + length).clear();
            if (fails.test(fewer)) {
                kept = fewer;
            }
        }
        return kept;
    }
}
