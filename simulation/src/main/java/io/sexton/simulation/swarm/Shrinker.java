package io.sexton.simulation.swarm;

import io.sexton.simulation.Parts;
import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.log.FaultPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A reducer of failing plans to what the failure needs. */
public final class Shrinker {
    private final Supplier<Parts> parts;
    private final int mostRuns;
    private int runs;

    /**
     * @param parts for each run
     * @param mostRuns limit on the number of runs; then the shortest plan so far is returned
     */
    public Shrinker(Supplier<Parts> parts, int mostRuns) {
        this.parts = parts;
        this.mostRuns = mostRuns;
    }

    /**
     * Returns the run of a plan that violates the same invariant, and from which nothing more can be removed; with its
     * trace.
     */
    public Run shrink(Run failed) {
        String invariant = failed.violation().map(Violation::invariant).orElseThrow();
        Plan plan = failed.plan();
        for (FaultPlan.Fault fault : FaultPlan.Fault.values()) {
            FaultPlan faults = plan.settings().faults();
            if (faults.permille(fault) > 0) {
                Plan reduced = plan.with(faults.without(fault));
                plan = stillFails(reduced, invariant) ? reduced : plan;
            }
        }
        int chunk = Math.max(1, plan.actions().size() / 2);
        while (chunk > 0) {
            plan = withoutChunks(plan, chunk, invariant);
            chunk /= 2;
        }
        return Run.of(plan, parts.get(), true);
    }

    private Plan withoutChunks(Plan from, int chunk, String invariant) {
        Plan plan = from;
        int at = 0;
        while (at < plan.actions().size()) {
            List<PlannedAction> fewer = new ArrayList<>(plan.actions());
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
