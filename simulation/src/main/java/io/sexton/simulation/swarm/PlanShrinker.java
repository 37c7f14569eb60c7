package io.sexton.simulation.swarm;

import io.sexton.simulation.Parts;
import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.testkit.Shrinker;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A reducer of failing plans to what the failure needs. */
public final class PlanShrinker {
    private final Supplier<Parts> parts;
    private final int mostRuns;
    private int runs;

    /**
     * @param parts for each run
     * @param mostRuns limit on the number of runs; then the shortest plan so far is returned
     */
    public PlanShrinker(Supplier<Parts> parts, int mostRuns) {
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
        Plan withFewFaults = plan;
        List<PlannedAction> actions = new Shrinker<PlannedAction>(
                        fewer -> stillFails(withFewFaults.with(fewer), invariant))
                .shrink(plan.actions());
        return Run.of(plan.with(actions), parts.get(), true);
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
