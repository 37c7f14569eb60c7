package io.sexton.simulation.swarm;

import io.sexton.proto.Times;
import io.sexton.simulation.Settings;
import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The choices of a seed: the kinds of faults and operations of this run, their frequency, and the settings. Few kinds
 * at once find more than all at once.
 *
 * @param settings of the world
 * @param actions in the order of time
 */
public record Plan(Settings settings, List<PlannedAction> actions) {
    private static final int FEWEST_INTENTS = 30;
    private static final int MOST_INTENTS = 220;
    private static final int MOST_PERMILLE = 60;
    private static final int MORE_OFTEN = 5;
    private static final List<DatabaseKind> KINDS = List.of(DatabaseKind.values());
    private static final List<Disposition> DISPOSITIONS = List.of(
            Disposition.DELETE,
            Disposition.DELETE,
            Disposition.DELETE,
            Disposition.TRASH,
            Disposition.TRASH,
            Disposition.ARCHIVE,
            Disposition.DRY_RUN);

    public Plan {
        actions = List.copyOf(actions);
    }

    /** Draws the plan of a seed. */
    public static Plan draw(long seed) {
        SeededRandom random = SeededRandom.of(seed, "plan");
        Settings settings = new Settings(
                seed,
                1 + random.below(2),
                databases(random),
                1 + random.below(3),
                random.any(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20))),
                policy(random),
                random.between(Duration.ofMinutes(30), Duration.ofHours(6)),
                random.oneIn(2),
                faults(random));
        return new Plan(settings, actions(random, settings.policy().getDisposition() == Disposition.TRASH));
    }

    /** Returns true if some clock is stepped. */
    public boolean stepsClocks() {
        return actions.stream().anyMatch(action -> action.kind().stepsClocks());
    }

    /** Returns this plan with other actions. */
    public Plan with(List<PlannedAction> others) {
        return new Plan(settings, others);
    }

    /** Returns this plan with other faults. */
    public Plan with(FaultPlan faults) {
        return new Plan(settings.with(faults), actions);
    }

    private static List<DatabaseKind> databases(SeededRandom random) {
        List<DatabaseKind> databases = new ArrayList<>();
        for (int left = 1 + random.below(3); left > 0; left--) {
            databases.add(random.oneIn(3) ? random.any(KINDS) : DatabaseKind.VERSIONED);
        }
        return databases;
    }

    private static Policy policy(SeededRandom random) {
        Policy.Builder policy = Policy.newBuilder()
                .setObsoleteLinger(Times.toProto(random.between(Duration.ofMinutes(15), Duration.ofHours(2))))
                .setOrphanLinger(Times.toProto(random.between(Duration.ofMinutes(40), Duration.ofHours(4))))
                .setTempLinger(Times.toProto(random.between(Duration.ofMinutes(2), Duration.ofMinutes(20))))
                .setDropLinger(Times.toProto(random.between(Duration.ofMinutes(30), Duration.ofHours(6))));
        policy.setRetention(Times.toProto(random.between(Duration.ofMinutes(30), Duration.ofHours(6))));
        policy.setDisposition(random.any(DISPOSITIONS));
        if (random.oneIn(6)) {
            policy.setTrigger(Trigger.ON_COMPACTION);
        }
        if (random.oneIn(4)) {
            policy.setOrphanConfirmation(OrphanConfirmation.INVENTORY);
        }
        if (random.oneIn(4)) {
            policy.setMaxCondemnedPercent(10).setApprovalFloor(2);
        }
        return policy.build();
    }

    private static FaultPlan faults(SeededRandom random) {
        Map<FaultPlan.Fault, Integer> permille = new EnumMap<>(FaultPlan.Fault.class);
        for (FaultPlan.Fault fault : FaultPlan.Fault.values()) {
            if (random.oneIn(3)) {
                permille.put(fault, 1 + random.below(isRare(fault) ? MOST_PERMILLE * MORE_OFTEN : MOST_PERMILLE));
            }
        }
        return new FaultPlan(permille);
    }

    /** Returns true for faults of storage calls, which are far fewer than records. */
    private static boolean isRare(FaultPlan.Fault fault) {
        return switch (fault) {
            case DELETER_DIES_AFTER_DELETING,
                    DELETER_FREEZES_IN_A_CALL,
                    DELETER_DIES_AFTER_COMMIT,
                    REPORT_NOT_COMMITTED,
                    STORAGE_FAILS,
                    STORAGE_ANSWER_LOST,
                    STORAGE_SLOW,
                    STORAGE_DAMAGES,
                    WRITER_COMES_BETWEEN,
                    WRITER_COMES_BEFORE,
                    LISTING_FAILS,
                    LISTING_SLOW -> true;
            case APPEND_LOST,
                    ACKNOWLEDGEMENT_LOST,
                    APPENDED_TWICE,
                    APPEND_SLOW,
                    ANSWER_MISSED,
                    ANSWER_LATE,
                    FOLD_DIES_BEFORE_COMMIT,
                    FOLD_DIES_AFTER_COMMIT -> false;
        };
    }

    /** @param trash true if the trash can contain files */
    private static List<PlannedAction> actions(SeededRandom random, boolean trash) {
        List<PlannedAction.Kind> kinds = new ArrayList<>();
        int others = 2 + random.below(4);
        for (PlannedAction.Kind kind : PlannedAction.Kind.values()) {
            if (random.oneIn(others)) {
                for (int weight = 1 << random.below(3); weight > 0; weight--) {
                    kinds.add(kind);
                }
            }
        }
        for (int share = kinds.size() / 4; share >= 0; share--) {
            kinds.add(PlannedAction.Kind.FLUSH);
            kinds.add(PlannedAction.Kind.COMPACT);
            if (trash) {
                kinds.add(PlannedAction.Kind.RESTORE_FROM_THE_TRASH);
            }
        }
        int count = FEWEST_INTENTS + random.below(MOST_INTENTS - FEWEST_INTENTS);
        Duration gap = random.between(Duration.ofSeconds(20), Duration.ofMinutes(6));
        Duration at = Duration.ofSeconds(10);
        List<PlannedAction> actions = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            at = at.plus(random.between(Duration.ZERO, gap.multipliedBy(2)));
            actions.add(new PlannedAction(number, at, random.any(kinds)));
        }
        return actions;
    }
}
