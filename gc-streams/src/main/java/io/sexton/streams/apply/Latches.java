package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Guards;
import io.sexton.streams.decide.SnapshotEvidence;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.SnapshotLatch;
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
    private static final int PAGE = 512;

    private final State state;
    private final Outbox out;
    private final Wakes wakes;

    Latches(State state, Outbox out, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.wakes = wakes;
    }

    /** Latches the region, or lifts its latch, after a complete snapshot was applied to all of its files. */
    void snapshotApplied(Region region, Sweep sweep) {
        RegionRow.Builder row = region.row();
        EffectivePolicy policy = EffectivePolicy.of(sweep.getPolicy());
        if (SnapshotEvidence.removesTooMuch(sweep.getSnapshot(), policy)) {
            latch(region, sweep.getOffset());
        } else if (sweep.getSnapshot().getCurrent()
                && row.hasSnapshotLatch()
                && row.getSnapshotLatch().getLastOffset() < sweep.getOffset()
                && !isAnyObsolete(region, row.getSnapshotLatch())) {
            row.clearSnapshotLatch();
            row.getGuardBuilder().clearNotifiedMs();
            wakes.wake(region, new Blocker.AwaitsApproval(region.id()));
        }
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
        List<FilesView.Found> page = state.files().above(region.id(), "", null, PAGE);
        while (!page.isEmpty()) {
            for (FilesView.Found found : page) {
                long fact = found.file().change().factOffset();
                if (found.file().is(StateKind.OBSOLETE)
                        && fact >= latch.getFirstOffset()
                        && fact <= latch.getLastOffset()) {
                    return true;
                }
                last = found.path();
            }
            page = state.files().above(region.id(), "", last, PAGE);
        }
        return false;
    }
}
