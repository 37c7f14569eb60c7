package io.sexton.streams.core;

import io.sexton.streams.core.row.Allowance;
import io.sexton.streams.core.row.Guard;
import io.sexton.streams.core.row.GuardOrBuilder;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The guard against too many condemnations at once: a tumbling hour of the clock, and what approvals add to it. */
final class Guards {
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private Guards() {}

    /** Whether one more file of the region may be condemned now. */
    static boolean letsThrough(RegionRowOrBuilder region, EffectivePolicy policy, Instant clock) {
        GuardOrBuilder guard = region.getGuard();
        return !guard.getLatched()
                && (isWithin(region, policy, clock)
                        || guard.getAllowancesList().stream().anyMatch(allowance -> isUsable(allowance, clock)));
    }

    /** Counts a file that was let through. */
    static void count(Region region, EffectivePolicy policy, Instant clock) {
        boolean within = isWithin(region.view(), policy, clock);
        Guard.Builder guard = startHour(region, clock);
        guard.setCondemned(guard.getCondemned() + 1);
        if (!within) {
            useAllowance(guard, clock);
        }
    }

    static void latch(Region region, Instant clock) {
        startHour(region, clock).setLatched(true);
    }

    private static boolean isWithin(RegionRowOrBuilder region, EffectivePolicy policy, Instant clock) {
        GuardOrBuilder guard = region.getGuard();
        boolean running = guard.hasHour() && guard.getHour() == hour(clock);
        long tracked = running ? guard.getTracked() : region.getTrackedFiles();
        long condemned = running ? guard.getCondemned() : 0;
        return condemned < policy.unapproved(tracked);
    }

    /** The number of tracked files is that of the moment when the first file of the hour passed all other tests. */
    private static Guard.Builder startHour(Region region, Instant clock) {
        Guard.Builder guard = region.row().getGuardBuilder();
        if (!guard.hasHour() || guard.getHour() != hour(clock)) {
            guard.setHour(hour(clock))
                    .setTracked(region.row().getTrackedFiles())
                    .setCondemned(0);
        }
        return guard;
    }

    private static void useAllowance(Guard.Builder guard, Instant clock) {
        List<Allowance> usable = new ArrayList<>(guard.getAllowancesList().stream()
                .filter(allowance -> isUsable(allowance, clock))
                .sorted(Comparator.comparingLong(Allowance::getUntilMs))
                .toList());
        Allowance first = usable.get(0);
        if (first.getFiles() == 1) {
            usable.remove(0);
        } else {
            usable.set(0, first.toBuilder().setFiles(first.getFiles() - 1).build());
        }
        guard.clearAllowances().addAllAllowances(usable);
    }

    private static boolean isUsable(Allowance allowance, Instant clock) {
        return allowance.getUntilMs() >= clock.toEpochMilli();
    }

    /** When the next hour begins, and with it new numbers. */
    static Instant nextHour(Instant clock) {
        return Instant.ofEpochMilli((hour(clock) + 1) * HOUR_MS);
    }

    private static long hour(Instant clock) {
        return Math.floorDiv(clock.toEpochMilli(), HOUR_MS);
    }
}
