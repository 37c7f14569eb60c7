package io.sexton.simulation.swarm;

import io.sexton.fold.core.Times;
import io.sexton.simulation.Settings;
import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.log.Weather;
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
 * All that a seed decides beforehand: which kinds of faults and operations there are in this run, how often, and under
 * which settings. Few kinds at once find more than all at once.
 *
 * @param settings of the world
 * @param intents in the order of time
 */
public record Plan(Settings settings, List<Intent> intents) {
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
        intents = List.copyOf(intents);
    }

    /** What the seed says. */
    public static Plan draw(long seed) {
        Dice dice = Dice.of(seed, "plan");
        Settings settings = new Settings(
                seed,
                1 + dice.below(2),
                databases(dice),
                1 + dice.below(3),
                dice.any(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20))),
                policy(dice),
                dice.between(Duration.ofMinutes(30), Duration.ofHours(6)),
                dice.oneIn(2),
                weather(dice));
        return new Plan(settings, intents(dice, settings.policy().getDisposition() == Disposition.TRASH));
    }

    /** Whether some clock is set wrong. */
    public boolean stepsClocks() {
        return intents.stream().anyMatch(intent -> intent.kind().stepsClocks());
    }

    /** The same world with other intents. */
    public Plan with(List<Intent> others) {
        return new Plan(settings, others);
    }

    /** The same intents under other weather. */
    public Plan with(Weather weather) {
        return new Plan(settings.with(weather), intents);
    }

    private static List<DatabaseKind> databases(Dice dice) {
        List<DatabaseKind> databases = new ArrayList<>();
        for (int left = 1 + dice.below(3); left > 0; left--) {
            databases.add(dice.oneIn(3) ? dice.any(KINDS) : DatabaseKind.VERSIONED);
        }
        return databases;
    }

    private static Policy policy(Dice dice) {
        Policy.Builder policy = Policy.newBuilder()
                .setObsoleteLinger(Times.toProto(dice.between(Duration.ofMinutes(15), Duration.ofHours(2))))
                .setOrphanLinger(Times.toProto(dice.between(Duration.ofMinutes(40), Duration.ofHours(4))))
                .setTempLinger(Times.toProto(dice.between(Duration.ofMinutes(2), Duration.ofMinutes(20))))
                .setDropLinger(Times.toProto(dice.between(Duration.ofMinutes(30), Duration.ofHours(6))));
        policy.setRetention(Times.toProto(dice.between(Duration.ofMinutes(30), Duration.ofHours(6))));
        policy.setDisposition(dice.any(DISPOSITIONS));
        if (dice.oneIn(6)) {
            policy.setTrigger(Trigger.ON_COMPACTION);
        }
        if (dice.oneIn(4)) {
            policy.setOrphanConfirmation(OrphanConfirmation.INVENTORY);
        }
        if (dice.oneIn(4)) {
            policy.setMaxCondemnedPercent(10).setApprovalFloor(2);
        }
        return policy.build();
    }

    private static Weather weather(Dice dice) {
        Map<Weather.Mishap, Integer> permille = new EnumMap<>(Weather.Mishap.class);
        for (Weather.Mishap mishap : Weather.Mishap.values()) {
            if (dice.oneIn(3)) {
                permille.put(mishap, 1 + dice.below(isSeldom(mishap) ? MOST_PERMILLE * MORE_OFTEN : MOST_PERMILLE));
            }
        }
        return new Weather(permille);
    }

    /** There are far fewer storage calls than records. */
    private static boolean isSeldom(Weather.Mishap mishap) {
        return switch (mishap) {
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

    /** @param trash whether there can be anything in the trash */
    private static List<Intent> intents(Dice dice, boolean trash) {
        List<Intent.Kind> kinds = new ArrayList<>();
        int others = 2 + dice.below(4);
        for (Intent.Kind kind : Intent.Kind.values()) {
            if (dice.oneIn(others)) {
                for (int weight = 1 << dice.below(3); weight > 0; weight--) {
                    kinds.add(kind);
                }
            }
        }
        for (int share = kinds.size() / 4; share >= 0; share--) {
            kinds.add(Intent.Kind.FLUSH);
            kinds.add(Intent.Kind.COMPACT);
            if (trash) {
                kinds.add(Intent.Kind.RESTORE_FROM_THE_TRASH);
            }
        }
        int count = FEWEST_INTENTS + dice.below(MOST_INTENTS - FEWEST_INTENTS);
        Duration gap = dice.between(Duration.ofSeconds(20), Duration.ofMinutes(6));
        Duration at = Duration.ofSeconds(10);
        List<Intent> intents = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            at = at.plus(dice.between(Duration.ZERO, gap.multipliedBy(2)));
            intents.add(new Intent(number, at, dice.any(kinds)));
        }
        return intents;
    }
}
