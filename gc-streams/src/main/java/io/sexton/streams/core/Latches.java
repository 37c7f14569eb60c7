package io.sexton.streams.core;

import io.sexton.proto.FilePath;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.SnapshotLatch;
import io.sexton.streams.core.row.SnapshotSweep;
import io.sexton.streams.core.row.Sweep;
import io.sexton.v1.ApprovalNeeded;
import java.util.List;

/**
 * What stops a region until an approval: the guard, and snapshots that took away too much. A snapshot's latch ends by itself
 * once a later one has put right all that became OBSOLETE under it (design, section 5, "Snapshots"). Not thread safe.
 */
final class Latches {
    private static final long TELLING_FILES = 10;
    private static final int PAGE = 512;

    private final State state;
    private final Outbox out;

    Latches(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    /** Latches the region, or ends its latch, once a complete snapshot has come to all of its files. */
    void snapshotIsDone(Region region, Sweep sweep) {
        RegionRow.Builder row = region.row();
        EffectivePolicy policy = EffectivePolicy.of(sweep.getPolicy());
        if (takesTooMuch(sweep.getSnapshot(), policy)) {
            latch(region, sweep.getOffset());
        } else if (sweep.getSnapshot().getCurrent()
                && row.hasSnapshotLatch()
                && row.getSnapshotLatch().getLastOffset() < sweep.getOffset()
                && !isAnyObsolete(region, row.getSnapshotLatch())) {
            row.clearSnapshotLatch();
            row.getGuardBuilder().clearNotifiedMs();
            state.files.wake(region, new Blocker.AwaitsApproval(region.id()));
        }
    }

    /** WARNING: an empty, half-read or foreign manifest must not be obeyed without an operator (I1). */
    private static boolean takesTooMuch(SnapshotSweep snapshot, EffectivePolicy policy) {
        long taken = snapshot.getTaken();
        long before = taken + snapshot.getLeft();
        boolean foreign = taken > 0 && snapshot.getLeft() == 0 && !snapshot.getNamedKnown();
        boolean most = taken >= TELLING_FILES && taken * 100 > policy.maxCondemnedPercent() * before;
        return policy.maxCondemnedPercent() < 100 && (foreign || most);
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
                        .setLatchOffset(Guards.latchOffset(region.view())));
    }

    /** Whether a file is OBSOLETE that became so from the first latching snapshot to the last. Reads the region's files. */
    private boolean isAnyObsolete(Region region, SnapshotLatch latch) {
        FilePath last = null;
        List<Files.Found> page = state.files.above(region.id(), null, PAGE);
        while (!page.isEmpty()) {
            for (Files.Found found : page) {
                FileRow file = found.row();
                if (FileState.of(file) == FileState.OBSOLETE
                        && file.getFactOffset() >= latch.getFirstOffset()
                        && file.getFactOffset() <= latch.getLastOffset()) {
                    return true;
                }
                last = found.path();
            }
            page = state.files.above(region.id(), last, PAGE);
        }
        return false;
    }
}
