package io.sexton.simulation;

import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.Run;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs seeds, from 1 on, until a planted bug is found. As a program it prints the table of docs/testing.md:
 * {@code ./mvnw -q -pl simulation -am test -Dtest=TeethTest#printsTheTable -Dsexton.teeth.table}.
 */
final class Teeth {
    /** What found it. */
    record Bite(long seed, Violation violation) {}

    private Teeth() {}

    /** Empty if that many seeds do not find it. */
    static Optional<Bite> bite(PlantedBug bug, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            Optional<Violation> violation =
                    Run.of(Plan.draw(seed), bug.parts(), false).violation();
            if (violation.isPresent()) {
                return Optional.of(new Bite(seed, violation.get()));
            }
        }
        return Optional.empty();
    }

    /** One line of the table. */
    static String row(PlantedBug bug) {
        Optional<Bite> bite = bite(bug, bug.seeds());
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d |",
                bug.what(),
                bite.map(each -> each.violation().invariant()).orElse("**not found**"),
                bite.map(each -> Long.toString(each.seed())).orElse("-"),
                bug.seeds());
    }
}
