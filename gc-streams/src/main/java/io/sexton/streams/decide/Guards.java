package io.sexton.streams.decide;

import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.row.Allowance;
import io.sexton.streams.row.GuardOrBuilder;
import io.sexton.streams.state.view.RegionView;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;

/**
 * The guard against too many condemnations at once: an hour of the clock that begins with its first file, the latches
 * of a region, and what approvals add (design, section 6).
 */
public final class Guards {
    private static final Duration HOUR = Duration.ofHours(1);

    private Guards() {}

    /**
     * Returns whether files condemned for this reason neither need the guard's permission nor count (section 6): a drop
     * is a decision on all files of a region already.
     */
    public static boolean isExempt(Reason reason) {
        return switch (reason) {
            case REGION_GONE -> true;
            case OBSOLETE, ORPHAN, TEMPORARY, WRITE_ABORTED, EXPIRED, STALE_TEMP_MANIFEST -> false;
            case REASON_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** Returns whether the region waits for an approval: by the guard, or by a snapshot that took away too much. */
    public static boolean isLatched(RegionView region) {
        return region.row().getGuard().getLatched() || region.row().hasSnapshotLatch();
    }

    /** Returns the offset of the region's last latch. An approval lifts the latches up to the offset that it names. */
    public static long latchOffset(RegionView region) {
        GuardOrBuilder guard = region.row().getGuardOrBuilder();
        long byGuard = guard.getLatched() ? guard.getLatchOffset() : 0;
        return region.row().hasSnapshotLatch()
                ? Math.max(byGuard, region.row().getSnapshotLatch().getLastOffset())
                : byGuard;
    }

    /** Returns whether a file that has passed all other tests may be condemned now. */
    static boolean allows(RegionView region, EffectivePolicy policy, Instant clock) {
        return !isLatched(region)
                && (isWithin(region, policy, clock)
                        || region.row().getGuard().getAllowancesList().stream()
                                .anyMatch(allowance -> isUsable(allowance, clock)));
    }

    /** Returns whether another file may be condemned in this hour without an approval. */
    public static boolean isWithin(RegionView region, EffectivePolicy policy, Instant clock) {
        GuardOrBuilder guard = region.row().getGuardOrBuilder();
        return isRunning(guard, clock)
                ? guard.getCondemned() < policy.unapproved(guard.getCounted())
                : 0 < policy.unapproved(counted(region));
    }

    /**
     * Returns the number of LIVE and OBSOLETE files, the base of the guard. Listings and announcements do not add to
     * it.
     */
    public static long counted(RegionView region) {
        return region.row().getLiveFiles() + region.row().getObsoleteFiles();
    }

    public static boolean isRunning(GuardOrBuilder guard, Instant clock) {
        return guard.hasHourBeganMs()
                && Instant.ofEpochMilli(guard.getHourBeganMs()).plus(HOUR).isAfter(clock);
    }

    public static boolean isUsable(Allowance allowance, Instant clock) {
        return allowance.getUntilMs() >= clock.toEpochMilli();
    }
}
