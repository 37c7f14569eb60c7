package io.sexton.streams.core;

import io.sexton.streams.core.row.Drop;
import io.sexton.streams.core.row.NewLife;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.Stamp;
import io.sexton.v1.RegionOpened;
import java.time.Duration;
import java.time.Instant;

/** A region's life: opened, dropped, restored, gone, opened anew; and its epochs. Not thread safe. */
final class RegionFacts {
    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final ManifestFacts manifests;
    private final CompactionFacts compactions;
    private final Completeness completeness;

    RegionFacts(
            State state,
            Outbox out,
            Sweeps sweeps,
            ManifestFacts manifests,
            CompactionFacts compactions,
            Completeness completeness) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.manifests = manifests;
        this.compactions = compactions;
        this.completeness = completeness;
    }

    /**
     * A higher epoch fences the leaders before it.
     *
     * @param opening whether the event is RegionOpened: any other that raises the epoch shows that one is missing
     */
    void raiseEpoch(Region region, long epoch, boolean opening, Fact fact) {
        RegionRow.Builder row = region.row();
        if (!Stamps.isBelow(row.getEpoch(), epoch)) {
            return;
        }
        row.setEpoch(epoch).clearSnapshot();
        compactions.dieByEpoch(region, fact);
        if (!opening) {
            completeness.openGap(region, Stamps.of(epoch, 0), fact);
        }
    }

    /** @param oldEpoch the region's before this event */
    void opened(Region region, RegionOpened opened, long oldEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean higherEpoch = Stamps.isBelow(oldEpoch, row.getEpoch());
        boolean newLife = region.isGone();
        if (newLife) {
            // A snapshot of the old life that is still being worked through must not latch the new one.
            sweeps.finish(region);
        }
        boolean takenBack = row.hasDrop() && !newLife;
        boolean opensFirst = !row.getOpened();
        boolean becomesRetentionOnly = opened.getRetentionOnly() && !row.getRetentionOnly();
        row.setOpened(true)
                .setStore(opened.getStore())
                .setRoot(opened.getRoot())
                .setRetentionOnly(opened.getRetentionOnly());
        if (row.hasMovedEpoch() && !Stamps.isBelow(row.getEpoch(), row.getMovedEpoch())) {
            row.clearMovedEpoch();
        }
        if (becomesRetentionOnly) {
            becomeRetentionOnly(region, fact);
        }
        if (newLife) {
            beginNewLife(region, opened, oldEpoch, fact);
        } else if (!opened.getRetentionOnly()) {
            manifests.opened(region, opened.getManifestVersion(), higherEpoch, fact);
        }
        if (takenBack) {
            takeBack(region, fact);
        }
        state.files.wake(region, new Blocker.RegionNotReady(region.id()));
        if (opensFirst) {
            // Only now is it known where an inventory could be taken.
            state.files.wake(region, new Blocker.AwaitsInventory(region.id()));
        }
    }

    /** It has neither versions nor gaps; what was LIVE before expires from now on. */
    private void becomeRetentionOnly(Region region, Fact fact) {
        region.row().clearVersion().clearGap().clearGapOffset().clearSnapshot();
        state.files.noteRetentionRegion(region.id());
        sweeps.becameRetentionOnly(region, fact);
    }

    /**
     * RegionOpened names another store, root or kind for a region that tracks files. Which of the two is right cannot be
     * known, so nothing is condemned until a RegionOpened of this or a higher epoch is accepted (I5).
     */
    void refuseMove(Region region, long epoch) {
        RegionRow.Builder row = region.row();
        if (!row.hasMovedEpoch() || Stamps.isBelow(row.getMovedEpoch(), epoch)) {
            row.setMovedEpoch(epoch);
        }
    }

    void dropped(Region region, Fact fact) {
        RegionRow.Builder row = region.row();
        row.clearSnapshot();
        if (row.hasDrop()) {
            return;
        }
        Instant due = fact.time().plus(state.policies.of(region.id()).dropLinger());
        row.setDrop(Drop.newBuilder()
                .setSinceMs(fact.time().toEpochMilli())
                .setOffset(fact.offset())
                .setDueMs(due.toEpochMilli()));
        state.schedule.add(due, new Timer.DropDue(region.id()));
    }

    void restored(Region region, Fact fact) {
        if (region.row().hasDrop()) {
            takeBack(region, fact);
        }
    }

    /** The drop's due time anew, by the policy in force now. */
    void expediteDrop(Region region) {
        RegionRow.Builder row = region.row();
        if (row.hasDrop() && !row.getDrop().getGone()) {
            Duration linger = state.policies.of(region.id()).dropLinger();
            Instant due = Instant.ofEpochMilli(row.getDrop().getSinceMs()).plus(linger);
            state.schedule.remove(region.dropDue(), new Timer.DropDue(region.id()));
            row.getDropBuilder().setDueMs(due.toEpochMilli());
            state.schedule.add(due, new Timer.DropDue(region.id()));
        }
    }

    /** The drop's linger may have ended: if it has under the policy in force now too, the region is gone. */
    void dropDue(Region region, Fact tick) {
        RegionRow.Builder row = region.row();
        if (!row.hasDrop()
                || row.getDrop().getGone()
                || row.getDrop().getDueMs() > tick.time().toEpochMilli()) {
            return;
        }
        Duration linger = state.policies.of(region.id()).dropLinger();
        Instant due = Instant.ofEpochMilli(row.getDrop().getSinceMs()).plus(linger);
        if (due.isAfter(tick.time())) {
            row.getDropBuilder().setDueMs(due.toEpochMilli());
            state.schedule.add(due, new Timer.DropDue(region.id()));
            return;
        }
        row.getDropBuilder().setGone(true);
        row.clearSnapshotRequestedMs().clearScanRequest();
        region.raiseHorizon(Stamps.next(row.getVersion()));
        state.files.refreshRetention(region);
        state.files.wake(region, new Blocker.RegionNotReady(region.id()));
        state.schedule.add(new Schedule.Entry(region.dropDue(), region.id(), null));
    }

    private void takeBack(Region region, Fact fact) {
        region.row().clearDrop();
        completeness.openGap(region, fact);
    }

    private void beginNewLife(Region region, RegionOpened opened, long oldEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        // Of the old epoch: a snapshot of the new life that names the file must find it removed before, however low the
        // versions begin anew (I1).
        Stamp removed = Stamps.beyond(oldEpoch, row.getVersion());
        state.schedule.remove(new Schedule.Entry(region.dropDue(), region.id(), null));
        row.clearDrop()
                .clearSnapshotLatch()
                .setNewLife(NewLife.newBuilder().setOffset(fact.offset()).setRemoved(removed));
        Guards.unlatch(region, null);
        state.files.wake(region, new Blocker.AwaitsApproval(region.id()));
        out.revokePrefix(region.id(), "");
        sweeps.newLife(region, removed, fact);
        region.raiseHorizon(Stamps.next(row.getVersion()));
        if (!opened.getRetentionOnly()) {
            row.setVersion(opened.getManifestVersion());
            completeness.openGap(region, fact);
        }
    }
}
