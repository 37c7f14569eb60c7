package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Requests;
import io.sexton.streams.decide.SnapshotEvidence;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RunningSnapshot;
import io.sexton.streams.state.Region;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;

/** The applier of edits and snapshots: the chain of manifest versions and its gaps (I1, I5). Not thread safe. */
final class ManifestFacts {
    private final FileFacts files;
    private final Sweeps sweeps;
    private final Completeness completeness;
    private final Wakes wakes;

    ManifestFacts(FileFacts files, Sweeps sweeps, Completeness completeness, Wakes wakes) {
        this.files = files;
        this.sweeps = sweeps;
        this.completeness = completeness;
        this.wakes = wakes;
    }

    /** Applies an edit. Returns false for a duplicate, or if a snapshot has overtaken it. */
    boolean edit(Region region, ManifestEdit edit, Fact fact) {
        RegionRow.Builder row = region.row();
        long version = edit.getVersion();
        boolean gap = false;
        if (version == 0) {
            row.setUnversioned(true);
        } else if (row.hasVersion()) {
            if (!Stamp.isBelow(row.getVersion(), version)) {
                return false;
            }
            gap = edit.getBaseVersion() != row.getVersion();
        } else {
            gap = edit.getBaseVersion() != 0;
        }
        recordManifestSeen(region);
        for (FileRef added : edit.getAddedList()) {
            files.applyAddition(region, added, version, fact);
        }
        for (String removed : edit.getRemovedList()) {
            files.applyRemoval(region, FilePath.of(removed), version, gap, fact);
        }
        if (version != 0) {
            row.setVersion(version);
        }
        if (gap) {
            completeness.openGap(region, region.stamp(version), fact);
        }
        return true;
    }

    void snapshot(Region region, ManifestSnapshot chunk, Fact fact) {
        if (chunk.getChunk() == 0) {
            announce(region, chunk, fact);
            return;
        }
        RegionRow.Builder row = region.row();
        if (!row.hasSnapshot() || !row.getSnapshot().getId().equals(chunk.getSnapshotId())) {
            return; // a chunk of another snapshot
        }
        RunningSnapshot running = row.getSnapshot();
        boolean sameVersion = !running.hasVersion() || running.getVersion() == chunk.getVersion();
        if (sameVersion && chunk.getChunk() == running.getLastChunk()) {
            return; // a repeat
        }
        boolean inTurn = Integer.toUnsignedLong(chunk.getChunk()) == Integer.toUnsignedLong(running.getLastChunk()) + 1;
        if (!inTurn || !sameVersion) {
            row.clearSnapshot();
            return;
        }
        row.getSnapshotBuilder().setLastChunk(chunk.getChunk()).setVersion(chunk.getVersion());
        for (FileRef file : chunk.getFilesList()) {
            if (files.applySnapshotEntry(region, file, chunk.getVersion(), running.getOffset(), fact)) {
                row.getSnapshotBuilder().setNamedKnown(true);
            }
        }
        if (chunk.getLast()) {
            complete(region, row.getSnapshot(), fact);
        }
    }

    private void announce(Region region, ManifestSnapshot chunk, Fact fact) {
        RegionRow.Builder row = region.row();
        if (row.hasSnapshot() && row.getSnapshot().getId().equals(chunk.getSnapshotId())) {
            if (row.getSnapshot().getLastChunk() != 0) {
                row.clearSnapshot(); // out of turn
            }
            return;
        }
        RunningSnapshot.Builder running =
                RunningSnapshot.newBuilder().setId(chunk.getSnapshotId()).setOffset(fact.offset());
        if (row.hasVersion()) {
            running.setRegionVersion(row.getVersion());
        }
        row.setSnapshot(running);
        recordManifestSeen(region);
    }

    /** Wakes all parked files at the first edit or snapshot: from then on an inventory alone confirms no orphan. */
    private void recordManifestSeen(Region region) {
        if (!region.row().getManifestSeen()) {
            region.row().setManifestSeen(true);
            wakes.wakeAll(region);
        }
    }

    private void complete(Region region, RunningSnapshot snapshot, Fact fact) {
        RegionRow.Builder row = region.row();
        long version = snapshot.getVersion();
        Stamp stamp = region.stamp(version);
        boolean current = SnapshotEvidence.isCurrent(snapshot);
        row.clearSnapshot();
        sweeps.sweepSnapshot(region, snapshot, current, stamp, fact);
        if (!row.hasVersion() || Stamp.isBelow(row.getVersion(), version)) {
            row.setVersion(version);
            // The files of the versions in between are unknown: no reader may pin one of these versions (I2).
            region.raiseHorizon(version);
        }
        completeness.closeGap(region, stamp);
        if (current) {
            row.setConfirmationOffset(snapshot.getOffset());
            boolean awaited = row.getAwaitingSnapshot() > 0;
            wakes.wake(region, new Blocker.AwaitsSnapshot(region.id()));
            if (awaited) {
                return; // the next tick decides whether the snapshot was late enough for all of them
            }
        }
        if (!Requests.needsSnapshot(region)) {
            row.clearSnapshotRequestedMs();
        }
    }

    /**
     * Applies the version with which a region is opened. Opens a gap if that version does not continue the known one.
     */
    void opened(Region region, long version, boolean higherEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean gap;
        if (!row.hasVersion()) {
            gap = version != 0;
        } else if (higherEpoch) {
            gap = version != row.getVersion();
        } else if (Stamp.isBelow(row.getVersion(), version)) {
            gap = true;
        } else {
            return;
        }
        row.setVersion(version);
        if (gap) {
            completeness.openGap(region, region.stamp(version), fact);
        }
    }
}
