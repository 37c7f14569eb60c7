package io.sexton.streams.core;

import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RegionRowOrBuilder;
import io.sexton.streams.core.row.Stamp;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether the fold knows all that is live in a region (I5), and the asking for a snapshot while it does not, or while a
 * due file awaits one: at once when that begins, then hourly. Not thread safe.
 */
final class Completeness {
    private static final Duration ASK_AGAIN = Duration.ofHours(1);

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
        if (!row.hasGap() || Stamps.isAbove(stamp, row.getGap())) {
            row.setGap(stamp).setGapOffset(fact.offset());
        }
        ask(region, fact.time());
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
        return RegionCondition.isIncomplete(row) || row.getAwaitingSnapshot() > 0;
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
    }

    /** The hour is over. */
    void askAgain(Region region, Instant clock) {
        RegionRow.Builder row = region.row();
        if (!row.hasSnapshotRequestedMs()
                || row.getSnapshotRequestedMs() + ASK_AGAIN.toMillis() > clock.toEpochMilli()) {
            return;
        }
        row.clearSnapshotRequestedMs();
        // Of a region that is gone nothing needs to be known any more.
        if (needsSnapshot(row) && !region.isGone()) {
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
