package io.sexton.streams.decide;

import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.RunningSnapshot;
import io.sexton.streams.row.SnapshotSweepOrBuilder;
import org.jspecify.annotations.Nullable;

/** The evidence of a snapshot of a manifest: which files it makes LIVE, and which it removes (section 5; I1). */
public final class SnapshotEvidence {
    private static final long MIN_REMOVED_FILES = 10;

    private SnapshotEvidence() {}

    /**
     * Returns whether a snapshot that names the file may make it LIVE. WARNING: a file removed above the snapshot's
     * version stays removed; one removed at or below it must become LIVE, or I1 breaks. A removal without a version is
     * above every version of its epoch only if it came after chunk 0.
     */
    public static boolean mayBecomeLive(KnownFile file, Stamp snapshot, long announced) {
        Stamp removed = file.versions().removed();
        return removed == null
                || !removed.isAbove(snapshot)
                || (removed.infinite()
                        && removed.epoch() == snapshot.epoch()
                        && file.change().offset() <= announced);
    }

    /**
     * Returns whether a complete snapshot that named the file makes it LIVE, although its state changed since chunk 0.
     */
    public static boolean isOvertaken(KnownFile file, Stamp snapshot, long announced) {
        return snapshot.version() != 0
                && !file.is(StateKind.LIVE)
                && file.isNamedBy(announced)
                && file.change().offset() > announced
                && mayBecomeLive(file, snapshot, announced);
    }

    /**
     * Returns whether a complete snapshot removes a LIVE file. WARNING: dropping a condition would remove live files
     * (I1).
     */
    public static boolean removes(KnownFile file, Stamp snapshot, long announced) {
        Stamp liveSince = file.versions().liveSince();
        boolean older = liveSince == null || !liveSince.isAbove(snapshot);
        boolean untouched = snapshot.version() != 0 || file.change().offset() < announced;
        return !file.isNamedBy(announced) && older && untouched;
    }

    /** Returns whether a source other than inventories named the file before the snapshot. */
    public static boolean isKnownBefore(@Nullable KnownFile file, long announced) {
        if (file == null) {
            return false;
        }
        Long known = file.sightings().known();
        return known != null
                ? known < announced
                // A row of an older version of the service: a file with a liveSince was named by a manifest.
                : file.versions().liveSince() != null && file.change().offset() < announced;
    }

    /**
     * Returns whether the snapshot is not below the region's version at its announcement: it named all live files then.
     */
    public static boolean isCurrent(RunningSnapshot snapshot) {
        if (!snapshot.hasRegionVersion()) {
            return true;
        }
        return snapshot.getVersion() == 0
                ? snapshot.getRegionVersion() == 0
                : !Stamp.isBelow(snapshot.getVersion(), snapshot.getRegionVersion());
    }

    /**
     * Returns whether the snapshot removed too much. WARNING: it may be an empty, truncated or foreign manifest (I1).
     */
    public static boolean removesTooMuch(SnapshotSweepOrBuilder snapshot, EffectivePolicy policy) {
        long taken = snapshot.getTaken();
        long before = taken + snapshot.getLeft();
        boolean foreign = taken > 0 && snapshot.getLeft() == 0 && !snapshot.getNamedKnown();
        boolean majority = taken >= MIN_REMOVED_FILES && taken * 100 > policy.maxCondemnedPercent() * before;
        return policy.maxCondemnedPercent() < 100 && (foreign || majority);
    }
}
