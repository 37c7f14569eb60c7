package io.sexton.simulation.swarm;

import io.sexton.simulation.Parts;
import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.log.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes out of a plan what its failure does not need. */
public final class Shrinker {
    private final Supplier<Parts> parts;
    private final int mostRuns;
    private int runs;

    /**
     * @param parts for each run
     * @param mostRuns after so many runs the shortest plan so far will do
     */
    public Shrinker(Supplier<Parts> parts, int mostRuns) {
        this.parts = parts;
        this.mostRuns = mostRuns;
    }

    /** A plan that breaks the same promise, from which nothing can be taken any more; with its trace. */
    public Run shrink(Run failed) {
        String invariant = failed.violation().map(Violation::invariant).orElseThrow();
        Plan plan = failed.plan();
        for (Weather.Mishap mishap : Weather.Mishap.values()) {
            Weather weather = plan.settings().weather();
            if (weather.permille(mishap) > 0) {
                Plan milder = plan.with(weather.without(mishap));
                plan = stillFails(milder, invariant) ? milder : plan;
            }
        }
        int chunk = Math.max(1, plan.intents().size() / 2);
        while (chunk > 0) {
            plan = withoutChunks(plan, chunk, invariant);
            chunk /= 2;
        }
        return Run.of(plan, parts.get(), true);
    }

    private Plan withoutChunks(Plan from, int chunk, String invariant) {
        Plan plan = from;
        int at = 0;
        while (at < plan.intents().size()) {
            List<Intent> fewer = new ArrayList<>(plan.intents());
            fewer.subList(at, Math.min(at + chunk, fewer.size())).clear();
            Plan shorter = plan.with(fewer);
            if (stillFails(shorter, invariant)) {
                plan = shorter;
            } else {
                at += chunk;
            }
        }
        return plan;
    }

    private boolean stillFails(Plan plan, String invariant) {
        if (runs >= mostRuns) {
            return false;
        }
        runs++;
        Optional<Violation> violation = Run.of(plan, parts.get(), false).violation();
        return violation.isPresent() && violation.get().invariant().equals(invariant);
    }
}
