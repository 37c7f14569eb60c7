package io.sexton.streams.apply;

import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.Drop;
import io.sexton.streams.row.NewLife;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.state.DueEntry;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.StampCodec;
import io.sexton.v1.RegionOpened;
import java.time.Duration;
import java.time.Instant;

/** The applier of a region's lifecycle (opened, dropped, restored, gone, opened again) and epochs. Not thread safe. */
final class RegionFacts {
    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final ManifestFacts manifests;
    private final CompactionFacts compactions;
    private final Completeness completeness;
    private final Wakes wakes;

    RegionFacts(
            State state,
            Outbox out,
            Sweeps sweeps,
            ManifestFacts manifests,
            CompactionFacts compactions,
            Completeness completeness,
            Wakes wakes) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.manifests = manifests;
        this.compactions = compactions;
        this.completeness = completeness;
        this.wakes = wakes;
    }

    /**
     * Raises the epoch, which fences the leaders of lower epochs.
     *
     * @param opening whether the event is RegionOpened. Any other event that raises the epoch shows that one is missing
     */
    void raiseEpoch(Region region, long epoch, boolean opening, Fact fact) {
        RegionRow.Builder row = region.row();
        if (!Stamp.isBelow(row.getEpoch(), epoch)) {
            return;
        }
        row.setEpoch(epoch).clearSnapshot();
        compactions.expireByEpoch(region, fact);
        if (!opening) {
            completeness.openGap(region, Stamp.of(epoch, 0), fact);
        }
    }

    /**
     * Applies a RegionOpened.
     *
     * @param oldEpoch the region's epoch before this event
     */
    void opened(Region region, RegionOpened opened, long oldEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean higherEpoch = Stamp.isBelow(oldEpoch, row.getEpoch());
        boolean startsNewLife = region.isGone();
        if (startsNewLife) {
            // An unfinished snapshot of the old life must not latch the new one.
            sweeps.finish(region);
        }
        boolean isRestored = row.hasDrop() && !startsNewLife;
        boolean opensFirst = !row.getOpened();
        boolean becomesRetentionOnly = opened.getRetentionOnly() && !row.getRetentionOnly();
        row.setOpened(true)
                .setStore(opened.getStore())
                .setRoot(opened.getRoot())
                .setRetentionOnly(opened.getRetentionOnly());
        if (row.hasMovedEpoch() && !Stamp.isBelow(row.getEpoch(), row.getMovedEpoch())) {
            row.clearMovedEpoch();
        }
        if (becomesRetentionOnly) {
            becomeRetentionOnly(region, fact);
        }
        if (startsNewLife) {
            beginNewLife(region, opened, oldEpoch, fact);
        } else if (!opened.getRetentionOnly()) {
            manifests.opened(region, opened.getManifestVersion(), higherEpoch, fact);
        }
        if (isRestored) {
            clearDrop(region, fact);
        }
        wakes.wake(region, new Blocker.RegionNotReady(region.id()));
        if (opensFirst) {
            // Only now are the store and root of an inventory known.
            wakes.wake(region, new Blocker.AwaitsInventory(region.id()));
        }
    }

    /** Makes the region retention-only: it has neither versions nor gaps, and its LIVE files expire from now on. */
    private void becomeRetentionOnly(Region region, Fact fact) {
        region.row().clearVersion().clearGap().clearGapOffset().clearSnapshot();
        state.files().expiring().addRegion(region.id());
        sweeps.sweepRetention(region, fact);
    }

    /**
     * Records a rejected RegionOpened with another store, root or kind, for a region that tracks files. The right one
     * of the two is unknown, so nothing is condemned until a RegionOpened of this or a higher epoch is accepted (I5).
     */
    void rejectMove(Region region, long epoch) {
        RegionRow.Builder row = region.row();
        if (!row.hasMovedEpoch() || Stamp.isBelow(row.getMovedEpoch(), epoch)) {
            row.setMovedEpoch(epoch);
        }
    }

    void dropped(Region region, Fact fact) {
        RegionRow.Builder row = region.row();
        row.clearSnapshot();
        if (row.hasDrop()) {
            return;
        }
        Instant due = fact.time().plus(state.policies().of(region.id()).dropLinger());
        row.setDrop(Drop.newBuilder()
                .setSinceMs(fact.time().toEpochMilli())
                .setOffset(fact.offset())
                .setDueMs(due.toEpochMilli()));
        state.timers().add(due, new Timer.DropDue(region.id()));
    }

    void restored(Region region, Fact fact) {
        if (region.row().hasDrop()) {
            clearDrop(region, fact);
        }
    }

    /** Recomputes the drop's due time, by the policy in force now. */
    void expediteDrop(Region region) {
        RegionRow.Builder row = region.row();
        if (row.hasDrop() && !row.getDrop().getGone()) {
            Duration linger = state.policies().of(region.id()).dropLinger();
            Instant due = Instant.ofEpochMilli(row.getDrop().getSinceMs()).plus(linger);
            state.timers().remove(region.dropDue(), new Timer.DropDue(region.id()));
            row.getDropBuilder().setDueMs(due.toEpochMilli());
            state.timers().add(due, new Timer.DropDue(region.id()));
        }
    }

    /** Makes a dropped region gone if its linger has ended, also under the policy in force now. */
    void dropDue(Region region, Fact tick) {
        RegionRow.Builder row = region.row();
        if (!row.hasDrop()
                || row.getDrop().getGone()
                || row.getDrop().getDueMs() > tick.time().toEpochMilli()) {
            return;
        }
        Duration linger = state.policies().of(region.id()).dropLinger();
        Instant due = Instant.ofEpochMilli(row.getDrop().getSinceMs()).plus(linger);
        if (due.isAfter(tick.time())) {
            row.getDropBuilder().setDueMs(due.toEpochMilli());
            state.timers().add(due, new Timer.DropDue(region.id()));
            return;
        }
        row.getDropBuilder().setGone(true);
        row.clearSnapshotRequestedMs().clearScanRequest();
        region.raiseHorizon(Stamp.next(row.getVersion()));
        state.files().expiring().refresh(region);
        wakes.wake(region, new Blocker.RegionNotReady(region.id()));
        state.schedule().add(new DueEntry(region.dropDue(), region.id(), null));
    }

    private void clearDrop(Region region, Fact fact) {
        region.row().clearDrop();
        completeness.openGap(region, fact);
    }

    private void beginNewLife(Region region, RegionOpened opened, long oldEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        // The stamp is of the old epoch: a snapshot of the new life that names a file must find it removed earlier,
        // even if the new versions begin lower (I1).
        Stamp removed = Stamp.beyond(oldEpoch, row.getVersion());
        state.schedule().remove(new DueEntry(region.dropDue(), region.id(), null));
        row.clearDrop()
                .clearSnapshotLatch()
                .setNewLife(NewLife.newBuilder().setOffset(fact.offset()).setRemoved(StampCodec.write(removed)));
        GuardCounts.unlatch(region, null);
        wakes.wake(region, new Blocker.AwaitsApproval(region.id()));
        out.revokePrefix(region.id(), "");
        sweeps.sweepNewLife(region, removed, fact);
        region.raiseHorizon(Stamp.next(row.getVersion()));
        if (!opened.getRetentionOnly()) {
            row.setVersion(opened.getManifestVersion());
            completeness.openGap(region, fact);
        }
    }
}
