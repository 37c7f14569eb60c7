package io.sexton.streams.state;

import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.row.FileRowOrBuilder;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RunningInventory;
import org.jspecify.annotations.Nullable;

/**
 * The counts of files in a region's row. Each is a sum over the rows of the region's files, where each row alone
 * determines its contribution. Each write of a row updates them: no decision counts files when it is made (I9).
 */
public final class RegionCounts {
    private RegionCounts() {}

    /** Replaces the contribution of a file's old row by that of its next one. */
    static void replace(Region region, @Nullable FileRow old, FileRowOrBuilder next) {
        RegionRow.Builder row = region.row();
        FileState from = FileState.of(old);
        FileState to = FileState.ofCode(next.getState());
        row.setTrackedFiles(row.getTrackedFiles() + change(from.isTracked(), to.isTracked()));
        row.setExcusedFiles(row.getExcusedFiles() + change(isExcused(old), isExcused(next)));
        if (row.hasLiveFiles()) {
            row.setLiveFiles(row.getLiveFiles() + change(from == FileState.LIVE, to == FileState.LIVE));
            row.setObsoleteFiles(row.getObsoleteFiles() + change(from == FileState.OBSOLETE, to == FileState.OBSOLETE));
        }
        if (row.hasInventory() && row.getInventory().hasUnlisted()) {
            RunningInventory.Builder inventory = row.getInventoryBuilder();
            long announced = inventory.getOffset();
            int change = change(isUnlisted(old, announced), isUnlisted(next, announced));
            inventory.setUnlisted(inventory.getUnlisted() + change);
            inventory.setUnchanged(
                    inventory.getUnchanged() + change(isUnchanged(old, announced), isUnchanged(next, announced)));
        }
    }

    /**
     * Returns whether the file contradicts the inventory announced at that offset: an older, unexcused LIVE file that
     * it has not named so far.
     */
    public static boolean isUnlisted(@Nullable FileRowOrBuilder file, long announced) {
        return file != null
                && file.getState() == FileState.LIVE.code()
                && !file.getExcused()
                && isOlder(file, announced)
                && !(file.hasInventoryOffset() && file.getInventoryOffset() == announced);
    }

    private static boolean isUnchanged(@Nullable FileRowOrBuilder file, long announced) {
        return file != null && file.getState() == FileState.LIVE.code() && file.getChangedOffset() < announced;
    }

    /** Returns whether the state is older than chunk 0 of an inventory. A FileWritten counts as a change. */
    public static boolean isOlder(FileRowOrBuilder file, long announced) {
        return file.getChangedOffset() < announced && (!file.hasWrittenOffset() || file.getWrittenOffset() < announced);
    }

    private static boolean isExcused(@Nullable FileRowOrBuilder file) {
        return file != null && file.getState() == FileState.LIVE.code() && file.getExcused();
    }

    private static int change(boolean before, boolean after) {
        return Boolean.compare(after, before);
    }
}
