package io.sexton.streams.core;

import io.sexton.streams.core.row.RegionRowOrBuilder;

/** What a region's row says of it, for those who only read. */
final class RegionCondition {
    private RegionCondition() {}

    /** Dropped, and its linger has ended. */
    static boolean isGone(RegionRowOrBuilder region) {
        return region.hasDrop() && region.getDrop().getGone();
    }

    /** A gap is open: the fold may not know all that is live (I5). */
    static boolean isIncomplete(RegionRowOrBuilder region) {
        return region.hasGap() && !region.getRetentionOnly();
    }
}
