package io.sexton.streams.state;

import io.sexton.proto.RegionId;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.state.view.RegionView;
import java.time.Instant;

/** A region while a record is applied. Appliers change its row; deciders get the face only. */
public final class Region implements RegionView {
    private final RegionId id;
    private final RegionRow.Builder row;
    private boolean known;

    public Region(RegionId id, RegionRow.Builder row, boolean known) {
        this.id = id;
        this.row = row;
        this.known = known;
    }

    @Override
    public RegionId id() {
        return id;
    }

    /** Returns whether an applied event has named the region. */
    public boolean isKnown() {
        return known;
    }

    public void becomeKnown() {
        if (!known) {
            row.setLiveFiles(0).setObsoleteFiles(0);
            known = true;
        }
    }

    @Override
    public RegionRow.Builder row() {
        return row;
    }

    /** Returns whether a fact that concerns many of its files was not applied to all of them yet. */
    public boolean hasUnfinishedWork() {
        return row.getSweepsCount() > 0 || row.getWakesCount() > 0;
    }

    public Instant dropDue() {
        return Instant.ofEpochMilli(row.getDrop().getDueMs());
    }

    public Stamp stamp(long version) {
        return Stamp.of(row.getEpoch(), version);
    }

    public void raiseHorizon(long version) {
        if (Stamp.isBelow(row.getHorizon(), version)) {
            row.setHorizon(version);
        }
    }
}
