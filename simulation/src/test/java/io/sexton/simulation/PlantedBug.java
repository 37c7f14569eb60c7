package io.sexton.simulation;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A bug that somebody might make, in the cores or around them.
 *
 * @param what it is, in words
 * @param breaks the promises that it may break, whichever comes first
 * @param seeds so many find it
 * @param parts a world's parts with the bug among them, new ones each time
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

    /** The one of that name. */
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
