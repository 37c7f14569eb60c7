package io.sexton.simulation;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A planted bug in the cores or around them.
 *
 * @param what its description, which names its row in docs/testing.md
 * @param breaks the invariants that it may violate, whichever comes first
 * @param seeds upper bound on the number of seeds that find it
 * @param parts creates the parts of a world with the bug
 */
record PlantedBug(String what, Set<String> breaks, int seeds, Supplier<Parts> parts) {
    static List<PlantedBug> all() {
        return Stream.of(
                        FoldBugs.all(),
                        DecisionBugs.all(),
                        ClientBugs.all(),
                        LockBugs.all(),
                        DeleterBugs.all(),
                        StorageBugs.all(),
                        OperatorBugs.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns the bug of that description. */
    static PlantedBug named(String what) {
        return all().stream()
                .filter(each -> each.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return what;
    }
}
