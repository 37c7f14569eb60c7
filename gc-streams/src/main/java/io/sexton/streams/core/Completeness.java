package io.sexton.streams.core;

import io.sexton.fold.core.Times;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import io.sexton.streams.core.row.ScanRequest;
import io.sexton.streams.core.row.Stamp;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether the fold knows all that is live in a region (I5), and the asking for a snapshot while it does not, or while a
 * due file awaits one: at once when that begins, then hourly. Not thread safe.
 */
final class Completeness {
    private static final Duration ASK_AGAIN = Duration.ofHours(1);
    private static final Duration SCAN_AGAIN = Duration.ofHours(1);
    private static final Duration SCAN_AGAIN_AT_MOST = Duration.ofHours(24);

    private final State state;
    private final Outbox out;

    Completeness(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    /** WARNING: what is open here is all that keeps a region with a hole in its history from being collected. */
    void openGap(Region region, Stamp stamp, Fact fact) {
        RegionRow.Builder row = region.row();
        if (row.getRetentionOnly()) {
            return;
        }
        row.setLastGapOffset(fact.offset());
        if (!row.hasGap() || Stamps.isAbove(stamp, row.getGap())) {
            row.setGap(stamp).setGapOffset(fact.offset());
        }
        if (!region.isGone()) {
            ask(region, fact.time());
        }
    }

    /** A gap at the region's own stamp: something is known to be missing, but not where. */
    void openGap(Region region, Fact fact) {
        openGap(region, region.stamp(region.row().getVersion()), fact);
    }

    /** A complete snapshot has come. Returns whether a gap was open and is closed now. */
    boolean heal(Region region, Stamp snapshot) {
        RegionRow.Builder row = region.row();
        if (!row.hasGap() || Stamps.isAbove(row.getGap(), snapshot)) {
            return false;
        }
        row.clearGap().clearGapOffset();
        region.raiseHorizon(snapshot.getVersion());
        state.files.wake(region, new Blocker.RegionNotReady(region.id()));
        return true;
    }

    static boolean needsSnapshot(RegionRowOrBuilder row) {
        // Of a region that is gone nothing needs to be known any more.
        return !RegionCondition.isGone(row) && (RegionCondition.isIncomplete(row) || row.getAwaitingSnapshot() > 0);
    }

    /**
     * Begins to ask where it is needed, ends where it is not.
     *
     * @param sawAllThatIsDue whether the tick came to its end: else a file may yet be found that needs a snapshot
     */
    void settle(Region region, Instant clock, boolean sawAllThatIsDue) {
        if (needsSnapshot(region.row())) {
            ask(region, clock);
        } else if (sawAllThatIsDue) {
            region.row().clearSnapshotRequestedMs();
        } else if (region.row().hasSnapshotRequestedMs()) {
            // The tick that comes to the end settles it, be there something of the region left for it or not.
            state.schedule.leaveUnfinished(region.id());
        }
        settleScan(region, clock, sawAllThatIsDue);
    }

    private void settleScan(Region region, Instant clock, boolean sawAllThatIsDue) {
        RegionRow.Builder row = region.row();
        if (needsInventory(row)) {
            if (!row.hasScanRequest()) {
                requestScan(region, clock);
            }
        } else if (sawAllThatIsDue) {
            row.clearScanRequest();
        } else if (row.hasScanRequest()) {
            state.schedule.leaveUnfinished(region.id());
        }
    }

    /** A sound inventory has come: whatever waits for one is examined anew, and may need a later one. */
    void inventoryIsSound(Region region) {
        region.row().clearScanRequest();
        state.files.wake(region, new Blocker.AwaitsInventory(region.id()));
    }

    private static boolean needsInventory(RegionRowOrBuilder row) {
        return row.getOpened() && !RegionCondition.isGone(row) && row.getAwaitingInventory() > 0;
    }

    /** The wait since the last scan command is over. */
    void scanAgain(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        if (!row.hasScanRequest() || nextScan(row.getScanRequest()).isAfter(clock)) {
            return;
        }
        if (needsInventory(row)) {
            requestScan(region, clock);
        } else {
            row.clearScanRequest();
        }
    }

    private void requestScan(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        ScanRequest request = ScanRequest.newBuilder()
                .setSentMs(clock.toEpochMilli())
                .setSent(row.getScanRequest().getSent() + 1)
                .build();
        row.setScanRequest(request);
        state.schedule.add(nextScan(request), new Timer.ScanAgain(region.id()));
        out.scan(region.id(), row.getStore(), row.getRoot());
    }

    private static Instant nextScan(ScanRequest request) {
        int doublings = Math.min(request.getSent() - 1, 5);
        Duration wait = Times.shorter(SCAN_AGAIN.multipliedBy(1L << doublings), SCAN_AGAIN_AT_MOST);
        return Instant.ofEpochMilli(request.getSentMs()).plus(wait);
    }

    /** The hour is over. */
    void askAgain(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        if (!row.hasSnapshotRequestedMs()
                || row.getSnapshotRequestedMs() + ASK_AGAIN.toMillis() > clock.toEpochMilli()) {
            return;
        }
        row.clearSnapshotRequestedMs();
        if (needsSnapshot(row)) {
            ask(region, clock);
        }
    }

    private void ask(Region region, Instant now) {
        RegionRow.Builder row = region.row();
        if (row.hasSnapshotRequestedMs()) {
            return;
        }
        row.setSnapshotRequestedMs(now.toEpochMilli());
        state.schedule.add(now.plus(ASK_AGAIN), new Timer.AskForSnapshotAgain(region.id()));
        out.snapshotRequested(
                region.id(),
                row.getVersion(),
                row.hasGap()
                        ? "the history has a gap since offset " + row.getGapOffset()
                        : "due files await a snapshot of the manifest");
    }
}
