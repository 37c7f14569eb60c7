package io.sexton.streams.apply;

import io.sexton.streams.decide.Guards;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.row.Allowance;
import io.sexton.streams.row.Guard;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.state.Region;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The applier of the guard: counts condemned files, latches a region, and lifts its latches ({@link Guards}). */
final class GuardCounts {
    private static final int KEPT_ALLOWANCES = 100;

    private GuardCounts() {}

    /** Counts a file that may be condemned. */
    static void count(Region region, EffectivePolicy policy, Instant clock) {
        boolean within = Guards.isWithin(region, policy, clock);
        Guard.Builder guard = startHour(region, clock);
        guard.setCondemned(guard.getCondemned() + 1);
        if (!within) {
            useAllowance(guard, clock);
        }
    }

    /** Latches the region, unless it is latched already: a file has passed all other tests but exceeds the limit. */
    static void latch(Region region, Fact tick) {
        if (!Guards.isLatched(region)) {
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
        return !Guards.isLatched(region);
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

    /** Starts an hour of the guard. Its base is the number of files when the first one passed all other tests. */
    private static Guard.Builder startHour(Region region, Instant clock) {
        Guard.Builder guard = region.row().getGuardBuilder();
        if (!Guards.isRunning(guard, clock)) {
            guard.setHourBeganMs(clock.toEpochMilli())
                    .setCounted(Guards.counted(region))
                    .setCondemned(0);
        }
        return guard;
    }

    private static void useAllowance(Guard.Builder guard, Instant clock) {
        List<Allowance> usable = new ArrayList<>(guard.getAllowancesList().stream()
                .filter(allowance -> Guards.isUsable(allowance, clock))
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
}
