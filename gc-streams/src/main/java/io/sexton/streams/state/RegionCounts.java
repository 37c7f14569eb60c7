package io.sexton.streams.state;

import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RunningInventory;
import org.jspecify.annotations.Nullable;

/**
 * The counts of files in a region's row. Each is a sum over the region's files, where each file alone determines its
 * contribution. Each write of a file updates them: no decision counts files when it is made (I9).
 */
final class RegionCounts {
    private RegionCounts() {}

    /** Replaces the contribution of a file's old row by that of its next one. */
    static void replace(Region region, @Nullable KnownFile old, KnownFile next) {
        RegionRow.Builder row = region.row();
        StateKind from = KnownFile.kindOf(old);
        StateKind to = next.kind();
        row.setTrackedFiles(row.getTrackedFiles() + change(from.isTracked(), to.isTracked()));
        row.setExcusedFiles(row.getExcusedFiles() + change(isExcused(old), isExcused(next)));
        if (row.hasLiveFiles()) {
            row.setLiveFiles(row.getLiveFiles() + change(from == StateKind.LIVE, to == StateKind.LIVE));
            row.setObsoleteFiles(row.getObsoleteFiles() + change(from == StateKind.OBSOLETE, to == StateKind.OBSOLETE));
        }
        if (row.hasInventory() && row.getInventory().hasUnlisted()) {
            RunningInventory.Builder inventory = row.getInventoryBuilder();
            long announced = inventory.getOffset();
            inventory.setUnlisted(inventory.getUnlisted()
                    + change(old != null && old.isUnlistedBy(announced), next.isUnlistedBy(announced)));
            inventory.setUnchanged(
                    inventory.getUnchanged() + change(isUnchanged(old, announced), isUnchanged(next, announced)));
        }
    }

    private static boolean isUnchanged(@Nullable KnownFile file, long announced) {
        return file != null && file.is(StateKind.LIVE) && file.change().offset() < announced;
    }

    private static boolean isExcused(@Nullable KnownFile file) {
        return file != null && file.state() instanceof FileState.Live live && live.excused();
    }

    private static int change(boolean before, boolean after) {
        return Boolean.compare(after, before);
    }
}
