package io.sexton.streams.core;

import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.Drop;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import io.sexton.streams.core.row.Stamp;
import java.time.Instant;

/** A region while a record is applied. Appliers change its row; deciders get {@link #view()} only. */
final class Region {
    private final RegionId id;
    private final RegionRow.Builder row;
    private boolean known;

    Region(RegionId id, RegionRow.Builder row, boolean known) {
        this.id = id;
        this.row = row;
        this.known = known;
    }

    RegionId id() {
        return id;
    }

    /** Returns whether an applied event has named the region. */
    boolean isKnown() {
        return known;
    }

    void becomeKnown() {
        if (!known) {
            row.setLiveFiles(0).setObsoleteFiles(0);
            known = true;
        }
    }

    RegionRow.Builder row() {
        return row;
    }

    RegionRowOrBuilder view() {
        return row;
    }

    boolean isGone() {
        return RegionCondition.isGone(row);
    }

    /** Returns whether a fact that concerns many of its files was not applied to all of them yet. */
    boolean hasUnfinishedWork() {
        return row.getSweepsCount() > 0 || row.getWakesCount() > 0;
    }

    Instant dropDue() {
        Drop drop = row.getDrop();
        return Instant.ofEpochMilli(drop.getDueMs());
    }

    Stamp stamp(long version) {
        return Stamps.of(row.getEpoch(), version);
    }

    void raiseHorizon(long version) {
        if (Stamps.isBelow(row.getHorizon(), version)) {
            row.setHorizon(version);
        }
    }
}
