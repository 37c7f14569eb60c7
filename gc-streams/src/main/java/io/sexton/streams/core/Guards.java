package io.sexton.streams.core;

import io.sexton.streams.core.row.Allowance;
import io.sexton.streams.core.row.Guard;
import io.sexton.streams.core.row.GuardOrBuilder;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guard against too many condemnations at once: an hour of the clock that begins with its first file, the latches
 * of a region, and what approvals add (design, section 6).
 */
final class Guards {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int KEPT_ALLOWANCES = 100;

    private Guards() {}

    /** Returns whether the region waits for an approval: by the guard, or by a snapshot that took away too much. */
    static boolean isLatched(RegionRowOrBuilder region) {
        return region.getGuard().getLatched() || region.hasSnapshotLatch();
    }

    /** Returns the offset of the region's last latch. An approval lifts the latches up to the offset that it names. */
    static long latchOffset(RegionRowOrBuilder region) {
        long guard = region.getGuard().getLatched() ? region.getGuard().getLatchOffset() : 0;
        return region.hasSnapshotLatch()
                ? Math.max(guard, region.getSnapshotLatch().getLastOffset())
                : guard;
    }

    /** Returns whether a file that has passed all other tests may be condemned now. */
    static boolean allows(RegionRowOrBuilder region, EffectivePolicy policy, Instant clock) {
        return !isLatched(region)
                && (isWithin(region, policy, clock)
                        || region.getGuard().getAllowancesList().stream()
                                .anyMatch(allowance -> isUsable(allowance, clock)));
    }

    /** Counts a file that may be condemned. */
    static void count(Region region, EffectivePolicy policy, Instant clock) {
        boolean within = isWithin(region.view(), policy, clock);
        Guard.Builder guard = startHour(region, clock);
        guard.setCondemned(guard.getCondemned() + 1);
        if (!within) {
            useAllowance(guard, clock);
        }
    }

    /** Latches the region, unless it is latched already: a file has passed all other tests but exceeds the limit. */
    static void latch(Region region, Fact tick) {
        if (!isLatched(region.view())) {
            startHour(region, tick.time()).setLatched(true).setLatchOffset(tick.offset());
        }
    }

    /**
     * Lifts the latches up to the offset that an approval names.
     *
     * @param seen the offset up to which latches have been seen; {@code null}: all
     * @return whether no latch is left
     */
    static boolean unlatch(Region region, @Nullable Long seen) {
        RegionRow.Builder row = region.row();
        if (row.getGuard().getLatched() && (seen == null || row.getGuard().getLatchOffset() <= seen)) {
            row.getGuardBuilder().setLatched(false).clearLatchOffset().clearNotifiedMs();
        }
        if (row.hasSnapshotLatch() && (seen == null || row.getSnapshotLatch().getLastOffset() <= seen)) {
            row.clearSnapshotLatch();
            row.getGuardBuilder().clearNotifiedMs();
        }
        return !isLatched(row);
    }

    /** Adds the allowance of an approval. */
    static void addAllowance(Region region, long files, Instant until) {
        if (files == 0) {
            return;
        }
        Guard.Builder guard = region.row().getGuardBuilder();
        List<Allowance> allowances = new ArrayList<>(guard.getAllowancesList());
        allowances.add(Allowance.newBuilder()
                .setUntilMs(until.toEpochMilli())
                .setFiles(files)
                .build());
        allowances.sort(Comparator.comparingLong(Allowance::getUntilMs));
        int surplus = Math.max(0, allowances.size() - KEPT_ALLOWANCES);
        guard.clearAllowances().addAllAllowances(allowances.subList(surplus, allowances.size()));
    }

    private static boolean isWithin(RegionRowOrBuilder region, EffectivePolicy policy, Instant clock) {
        GuardOrBuilder guard = region.getGuard();
        return isRunning(guard, clock)
                ? guard.getCondemned() < policy.unapproved(guard.getCounted())
                : 0 < policy.unapproved(RegionCounts.counted(region));
    }

    /** Starts an hour of the guard. Its base is the number of files when the first one passed all other tests. */
    private static Guard.Builder startHour(Region region, Instant clock) {
        Guard.Builder guard = region.row().getGuardBuilder();
        if (!isRunning(guard, clock)) {
            guard.setHourBeganMs(clock.toEpochMilli())
                    .setCounted(RegionCounts.counted(region.view()))
                    .setCondemned(0);
        }
        return guard;
    }

    private static boolean isRunning(GuardOrBuilder guard, Instant clock) {
        return guard.hasHourBeganMs()
                && Instant.ofEpochMilli(guard.getHourBeganMs()).plus(HOUR).isAfter(clock);
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
}
