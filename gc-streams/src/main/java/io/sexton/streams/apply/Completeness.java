package io.sexton.streams.apply;

import io.sexton.proto.Times;
import io.sexton.streams.decide.Requests;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.ScanRequest;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.StampCodec;
import java.time.Duration;
import java.time.Instant;

/**
 * The gaps in what the fold knows of a region's live files (I5). Requests a snapshot while a gap is open or a due file
 * awaits one, and a scan while a due file awaits an inventory: at once, then repeatedly. Not thread safe.
 */
final class Completeness {
    private static final Duration SNAPSHOT_REQUEST_INTERVAL = Duration.ofHours(1);
    private static final Duration SCAN_INTERVAL = Duration.ofHours(1);
    private static final Duration MAX_SCAN_INTERVAL = Duration.ofHours(24);

    private final State state;
    private final Outbox out;
    private final Wakes wakes;

    Completeness(State state, Outbox out, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.wakes = wakes;
    }

    /** Opens a gap. WARNING: nothing but the open gap keeps the files of a region with an incomplete history (I5). */
    void openGap(Region region, Stamp stamp, Fact fact) {
        RegionRow.Builder row = region.row();
        if (row.getRetentionOnly()) {
            return;
        }
        row.setLastGapOffset(fact.offset());
        if (!row.hasGap() || stamp.isAbove(region.gap())) {
            row.setGap(StampCodec.write(stamp)).setGapOffset(fact.offset());
        }
        if (!region.isGone()) {
            requestSnapshot(region, fact.time());
        }
    }

    /** Opens a gap at the region's own stamp: an event is known to be missing, but not its version. */
    void openGap(Region region, Fact fact) {
        openGap(region, region.stamp(region.row().getVersion()), fact);
    }

    /** Closes the gap below a complete snapshot. Returns whether one was open and is closed now. */
    boolean closeGap(Region region, Stamp snapshot) {
        RegionRow.Builder row = region.row();
        if (!row.hasGap() || region.gap().isAbove(snapshot)) {
            return false;
        }
        row.clearGap().clearGapOffset();
        region.raiseHorizon(snapshot.version());
        wakes.wake(region, new Blocker.RegionNotReady(region.id()));
        return true;
    }

    /**
     * Begins the requests that the region needs, and ends the others.
     *
     * @param examinedAll whether the tick examined all due files: else one of the rest may need a snapshot
     */
    void updateRequests(Region region, Instant clock, boolean examinedAll) {
        if (Requests.needsSnapshot(region)) {
            requestSnapshot(region, clock);
        } else if (examinedAll) {
            region.row().clearSnapshotRequestedMs();
        } else if (region.row().hasSnapshotRequestedMs()) {
            // The tick that examines the last due file decides, even if that file is of another region.
            state.schedule().markUnfinished(region.id());
        }
        updateScanRequest(region, clock, examinedAll);
    }

    private void updateScanRequest(Region region, Instant clock, boolean examinedAll) {
        RegionRow.Builder row = region.row();
        if (Requests.needsInventory(region)) {
            if (!row.hasScanRequest()) {
                requestScan(region, clock);
            }
        } else if (examinedAll) {
            row.clearScanRequest();
        } else if (row.hasScanRequest()) {
            state.schedule().markUnfinished(region.id());
        }
    }

    /** Applies a sound inventory: files that await one are examined again, and may need a later one. */
    void applySoundInventory(Region region) {
        region.row().clearScanRequest();
        wakes.wake(region, new Blocker.AwaitsInventory(region.id()));
    }

    /** Repeats the scan command, if an inventory is still needed. */
    void repeatScan(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        if (!row.hasScanRequest() || nextScan(row.getScanRequest()).isAfter(clock)) {
            return;
        }
        if (Requests.needsInventory(region)) {
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
        state.timers().add(nextScan(request), new Timer.RepeatScan(region.id()));
        out.scan(region.id(), row.getStore(), row.getRoot());
    }

    private static Instant nextScan(ScanRequest request) {
        int doublings = Math.min(request.getSent() - 1, 5);
        Duration wait = Times.shorter(SCAN_INTERVAL.multipliedBy(1L << doublings), MAX_SCAN_INTERVAL);
        return Instant.ofEpochMilli(request.getSentMs()).plus(wait);
    }

    /** Repeats the request for a snapshot, if one is still needed. */
    void repeatSnapshotRequest(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        if (!row.hasSnapshotRequestedMs()
                || row.getSnapshotRequestedMs() + SNAPSHOT_REQUEST_INTERVAL.toMillis() > clock.toEpochMilli()) {
            return;
        }
        row.clearSnapshotRequestedMs();
        if (Requests.needsSnapshot(region)) {
            requestSnapshot(region, clock);
        }
    }

    private void requestSnapshot(Region region, Instant now) {
        RegionRow.Builder row = region.row();
        if (row.hasSnapshotRequestedMs()) {
            return;
        }
        row.setSnapshotRequestedMs(now.toEpochMilli());
        state.timers().add(now.plus(SNAPSHOT_REQUEST_INTERVAL), new Timer.RepeatSnapshotRequest(region.id()));
        out.snapshotRequested(
                region.id(),
                row.getVersion(),
                row.hasGap()
                        ? "the history has a gap since offset " + row.getGapOffset()
                        : "due files await a snapshot of the manifest");
    }
}
