package io.sexton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.simulation.swarm.Campaign;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.Run;
import org.junit.jupiter.api.Test;

/** All invariants, over many seeds: {@code -Dsexton.seeds=10000} for more of them. */
final class SimulationTest {

    private static final long SEEDS = Long.getLong("sexton.seeds", 120);

    @Test
    void keepsEveryPromise() {
        Campaign campaign = new Campaign();

        campaign.run(1, SEEDS, run -> {});

        assertThat(campaign.failures())
                .as("replay with: sexton simulate --seed N")
                .isEmpty();
        assertThat(campaign.coverage().counts().keySet())
                .as("what must have happened, or the promises were not tested")
                .contains(
                        "operation: commit",
                        "operation: restored",
                        "operation: migration under its lock",
                        "pin: accepted",
                        "reference: accepted",
                        "zombie: streams",
                        "outcome: TRASHED",
                        "outcome: ARCHIVED",
                        "outcome: WOULD_DELETE",
                        "restored: Done",
                        "operation: inventory failed",
                        "zombie: deleter",
                        "state: CONDEMNED to GONE by DELETION_REPORT");
    }

    @Test
    void runsTheSameSeedTheSameWayWhateverRanBefore() {
        Run first = Run.of(Plan.draw(17), new Parts(), true);
        Run other = Run.of(Plan.draw(18), new Parts(), true);

        Run again = Run.of(Plan.draw(17), new Parts(), true);

        assertThat(again.trace()).isEqualTo(first.trace()).isNotEqualTo(other.trace());
        assertThat(again.steps()).isEqualTo(first.steps());
        assertThat(again.coverage().counts()).isEqualTo(first.coverage().counts());
    }
}
