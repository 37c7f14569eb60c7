package io.sexton.deleter.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names that a listing found and that no event can carry: they are not UTF-8, or no valid path. No database can have
 * named them, so their files are in no manifest; Sexton leaves them alone and reports their number.
 *
 * @param count number of names; of a directory, what lies in it is not counted
 * @param examples a few of them, in a form for people
 */
public record UnrepresentableNames(long count, List<String> examples) {

    private static final int EXAMPLES = 3;
    private static final int LONGEST = 100;

    /** Copies the examples. */
    public UnrepresentableNames {
        examples = List.copyOf(examples);
    }

    /** Returns what was found and what follows, in one line; empty if there are none. */
    public Optional<String> report() {
        return count == 0
                ? Optional.empty()
                : Optional.of(count + (count == 1 ? " name is" : " names are")
                        + " not UTF-8 or not valid in a path, so no event can carry "
                        + (count == 1 ? "it" : "them")
                        + " and what lies there stays; rename or remove it by hand: "
                        + String.join(", ", examples)
                        + (count > examples.size() ? ", …" : ""));
    }

    /** Counts. Safe for use by many threads. */
    static final class Counter {
        private final List<String> examples = new ArrayList<>();
        private long count;

        synchronized void add(String name) {
            count++;
            if (examples.size() < EXAMPLES) {
                examples.add(name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "…");
            }
        }

        synchronized UnrepresentableNames names() {
            return new UnrepresentableNames(count, examples);
        }
    }
}
