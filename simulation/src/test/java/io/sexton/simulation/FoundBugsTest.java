package io.sexton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.PlannedAction;
import io.sexton.simulation.swarm.Run;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bugs that seeds have found, each with as few actions as reproduce it. */
final class FoundBugsTest {

    private static final com.google.protobuf.Duration HALF_AN_HOUR =
            com.google.protobuf.Duration.newBuilder().setSeconds(1_800).build();

    /** The evidence was the edit that had made the file live. */
    @Test
    void aDryRunOfAGoneRegionNamesTheDropAsItsEvidence() {
        Plan plan = new Plan(
                new Settings(
                        83,
                        1,
                        List.of(DatabaseKind.VERSIONED),
                        1,
                        Duration.ofSeconds(1),
                        Policy.newBuilder()
                                .setObsoleteLinger(HALF_AN_HOUR)
                                .setOrphanLinger(HALF_AN_HOUR)
                                .setDropLinger(HALF_AN_HOUR)
                                .setDisposition(Disposition.DRY_RUN)
                                .build(),
                        Duration.ofHours(1),
                        true,
                        FaultPlan.NONE),
                List.of(
                        new PlannedAction(0, Duration.ofMinutes(5), PlannedAction.Kind.FLUSH),
                        new PlannedAction(1, Duration.ofMinutes(15), PlannedAction.Kind.DROP),
                        new PlannedAction(2, Duration.ofHours(2), PlannedAction.Kind.SCAN)));

        Run run = Run.of(plan, new Parts(), false);

        assertThat(run.violation()).isEmpty();
        assertThat(run.coverage().count("reason: REGION_GONE under DRY_RUN")).isPositive();
    }

    /** The check was wrong: it counted the linger from the write, not from the replacement of the writer. */
    @Test
    void whatAReplacedLeaderWritesIsGarbageSinceItWasReplaced() {
        Plan plan = new Plan(
                new Settings(
                        4230,
                        1,
                        List.of(DatabaseKind.VERSIONED, DatabaseKind.VERSIONED),
                        3,
                        Duration.ofSeconds(20),
                        Policy.newBuilder()
                                .setObsoleteLinger(HALF_AN_HOUR)
                                .setOrphanLinger(HALF_AN_HOUR)
                                .setTempLinger(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(607)
                                        .build())
                                .setDisposition(Disposition.DRY_RUN)
                                .build(),
                        Duration.ofHours(1),
                        false,
                        new FaultPlan(Map.of(FaultPlan.Fault.ACKNOWLEDGEMENT_LOST, 36))),
                List.of(
                        new PlannedAction(47, Duration.parse("PT59M39.174S"), PlannedAction.Kind.COMPACT),
                        new PlannedAction(50, Duration.parse("PT1H4M32.775S"), PlannedAction.Kind.MIGRATE),
                        new PlannedAction(54, Duration.parse("PT1H9M19.501S"), PlannedAction.Kind.COMPACT_AND_RENEW),
                        new PlannedAction(55, Duration.parse("PT1H9M25.07S"), PlannedAction.Kind.LEADER_PAUSES),
                        new PlannedAction(61, Duration.parse("PT1H20M25.043S"), PlannedAction.Kind.READ)));

        Run run = Run.of(plan, new Parts(), false);

        assertThat(run.violation()).isEmpty();
        // The deleter sees that it was written more than five minutes later.
        assertThat(run.coverage().count("outcome: CHANGED")).isPositive();
    }
}
