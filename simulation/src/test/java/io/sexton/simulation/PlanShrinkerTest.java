package io.sexton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.PlanShrinker;
import io.sexton.simulation.swarm.Run;
import org.junit.jupiter.api.Test;

final class PlanShrinkerTest {

    private static final int RUNS = 300;

    @Test
    void leavesFewIntentsWhichStillBreakTheSamePromise() {
        PlantedBug bug = PlantedBug.named("obsolete_linger of a policy counts as 0");
        Run failed = Run.of(Plan.draw(3), bug.parts().get(), false);

        Run shortest = new PlanShrinker(bug.parts(), RUNS).shrink(failed);

        assertThat(shortest.violation().map(Violation::invariant))
                .isPresent()
                .isEqualTo(failed.violation().map(Violation::invariant));
        assertThat(shortest.plan().actions())
                .hasSizeLessThanOrEqualTo(4)
                .isSubsetOf(failed.plan().actions());
        assertThat(shortest.trace()).isNotEmpty();
    }
}
