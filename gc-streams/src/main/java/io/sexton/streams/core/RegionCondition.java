package io.sexton.streams.core;

import io.sexton.streams.core.row.RegionRowOrBuilder;

/** The conditions of a region that follow from its row. Reads only. */
final class RegionCondition {
    private RegionCondition() {}

    /** Returns whether the region was dropped and its linger has ended. */
    static boolean isGone(RegionRowOrBuilder region) {
        return region.hasDrop() && region.getDrop().getGone();
    }

    /** Returns whether a gap is open: the fold may not know all live files (I5). */
    static boolean isIncomplete(RegionRowOrBuilder region) {
        return region.hasGap() && !region.getRetentionOnly();
    }
}
