package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Guards;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.SnapshotLatch;
import io.sexton.streams.row.SnapshotSweep;
import io.sexton.streams.row.Sweep;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.FilesView;
import io.sexton.v1.ApprovalNeeded;
import java.util.List;

/**
 * The latches of a region by snapshots that removed too much. An approval lifts them. So does a later snapshot, if no
 * file is left that became OBSOLETE under the latch (design, section 5, "Snapshots"). Not thread safe.
 */
final class Latches {
    private static final long MIN_REMOVED_FILES = 10;
    private static final int PAGE = 512;

    private final State state;
    private final Outbox out;

    Latches(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    /** Latches the region, or lifts its latch, after a complete snapshot was applied to all of its files. */
    void snapshotApplied(Region region, Sweep sweep) {
        RegionRow.Builder row = region.row();
        EffectivePolicy policy = EffectivePolicy.of(sweep.getPolicy());
        if (removesTooMuch(sweep.getSnapshot(), policy)) {
            latch(region, sweep.getOffset());
        } else if (sweep.getSnapshot().getCurrent()
                && row.hasSnapshotLatch()
                && row.getSnapshotLatch().getLastOffset() < sweep.getOffset()
                && !isAnyObsolete(region, row.getSnapshotLatch())) {
            row.clearSnapshotLatch();
            row.getGuardBuilder().clearNotifiedMs();
            state.files().wake(region, new Blocker.AwaitsApproval(region.id()));
        }
    }

    /**
     * Returns whether the snapshot removed too much. WARNING: it may be an empty, truncated or foreign manifest (I1).
     */
    private static boolean removesTooMuch(SnapshotSweep snapshot, EffectivePolicy policy) {
        long taken = snapshot.getTaken();
        long before = taken + snapshot.getLeft();
        boolean foreign = taken > 0 && snapshot.getLeft() == 0 && !snapshot.getNamedKnown();
        boolean majority = taken >= MIN_REMOVED_FILES && taken * 100 > policy.maxCondemnedPercent() * before;
        return policy.maxCondemnedPercent() < 100 && (foreign || majority);
    }

    private void latch(Region region, long offset) {
        RegionRow.Builder row = region.row();
        if (!row.hasSnapshotLatch()) {
            row.getSnapshotLatchBuilder().setFirstOffset(offset);
        }
        row.getSnapshotLatchBuilder().setLastOffset(offset);
        notifyOperators(region, "a snapshot took away more of the manifest than is obeyed without an operator");
    }

    /** Emits what an operator needs to lift the region's latches. */
    void notifyOperators(Region region, String why) {
        out.approvalNeeded(
                region.id(),
                ApprovalNeeded.newBuilder()
                        .setWaitingFiles(region.row().getGuard().getWaiting())
                        .setDetail(why)
                        .setLatchOffset(Guards.latchOffset(region)));
    }

    /** Returns whether a file is OBSOLETE by one of the latching snapshots. Reads the region's files. */
    private boolean isAnyObsolete(Region region, SnapshotLatch latch) {
        FilePath last = null;
        List<FilesView.Found> page = state.files().above(region.id(), null, PAGE);
        while (!page.isEmpty()) {
            for (FilesView.Found found : page) {
                FileRow file = found.row();
                if (FileState.of(file) == FileState.OBSOLETE
                        && file.getFactOffset() >= latch.getFirstOffset()
                        && file.getFactOffset() <= latch.getLastOffset()) {
                    return true;
                }
                last = found.path();
            }
            page = state.files().above(region.id(), last, PAGE);
        }
        return false;
    }
}
