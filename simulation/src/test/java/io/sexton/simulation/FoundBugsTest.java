package io.sexton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.Weather;
import io.sexton.simulation.swarm.Intent;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.Run;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What seeds have found, and was mended: as few intents as lead there. */
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
                        Weather.CALM),
                List.of(
                        new Intent(0, Duration.ofMinutes(5), Intent.Kind.FLUSH),
                        new Intent(1, Duration.ofMinutes(15), Intent.Kind.DROP),
                        new Intent(2, Duration.ofHours(2), Intent.Kind.SCAN)));

        Run run = Run.of(plan, new Parts(), false);

        assertThat(run.violation()).isEmpty();
        assertThat(run.coverage().count("reason: REGION_GONE under DRY_RUN")).isPositive();
    }

    /** The linger was counted from when it was written, not from when its writer was replaced: the check was wrong. */
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
                        new Weather(Map.of(Weather.Mishap.ACKNOWLEDGEMENT_LOST, 36))),
                List.of(
                        new Intent(47, Duration.parse("PT59M39.174S"), Intent.Kind.COMPACT),
                        new Intent(50, Duration.parse("PT1H4M32.775S"), Intent.Kind.MIGRATE),
                        new Intent(54, Duration.parse("PT1H9M19.501S"), Intent.Kind.COMPACT_AND_RENEW),
                        new Intent(55, Duration.parse("PT1H9M25.07S"), Intent.Kind.LEADER_PAUSES),
                        new Intent(61, Duration.parse("PT1H20M25.043S"), Intent.Kind.READ)));

        Run run = Run.of(plan, new Parts(), false);

        assertThat(run.violation()).isEmpty();
        // The deleter sees that it was written more than five minutes later.
        assertThat(run.coverage().count("outcome: CHANGED")).isPositive();
    }
}
