package io.sexton.streams.core;

import io.sexton.proto.FilePath;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RunningSnapshot;
import io.sexton.streams.core.row.Stamp;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;

/** Edits and snapshots: the chain of manifest versions, its gaps, and what heals them (I1, I5). Not thread safe. */
final class ManifestFacts {
    private final State state;
    private final FileFacts files;
    private final Sweeps sweeps;
    private final Completeness completeness;

    ManifestFacts(State state, FileFacts files, Sweeps sweeps, Completeness completeness) {
        this.state = state;
        this.files = files;
        this.sweeps = sweeps;
        this.completeness = completeness;
    }

    /** @return whether the edit applied; {@code false}: it is a duplicate, or a snapshot has overtaken it */
    boolean edit(Region region, ManifestEdit edit, Fact fact) {
        RegionRow.Builder row = region.row();
        long version = edit.getVersion();
        boolean gap = false;
        if (version == 0) {
            row.setUnversioned(true);
        } else if (row.hasVersion()) {
            if (!Stamps.isBelow(row.getVersion(), version)) {
                return false;
            }
            gap = edit.getBaseVersion() != row.getVersion();
        } else {
            gap = edit.getBaseVersion() != 0;
        }
        manifestSeen(region);
        for (FileRef added : edit.getAddedList()) {
            files.editAdds(region, added, version, fact);
        }
        for (String removed : edit.getRemovedList()) {
            files.editRemoves(region, FilePath.of(removed), version, gap, fact);
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
            return; // a chunk of another one
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
            if (files.snapshotNames(region, file, chunk.getVersion(), running.getOffset(), fact)) {
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
        manifestSeen(region);
    }

    /** From the first edit or snapshot on, an inventory alone confirms no orphan: whatever waits is judged anew, once. */
    private void manifestSeen(Region region) {
        if (!region.row().getManifestSeen()) {
            region.row().setManifestSeen(true);
            state.files.wakeAll(region);
        }
    }

    private void complete(Region region, RunningSnapshot snapshot, Fact fact) {
        RegionRow.Builder row = region.row();
        long version = snapshot.getVersion();
        Stamp stamp = region.stamp(version);
        boolean current = isCurrent(snapshot);
        row.clearSnapshot();
        sweeps.snapshotIsComplete(region, snapshot, current, stamp, fact);
        if (!row.hasVersion() || Stamps.isBelow(row.getVersion(), version)) {
            row.setVersion(version);
            // Nobody knows what came and went in the versions between: no reader may pin one of them (I2).
            region.raiseHorizon(version);
        }
        completeness.heal(region, stamp);
        if (current) {
            row.setConfirmationOffset(snapshot.getOffset());
            boolean awaited = row.getAwaitingSnapshot() > 0;
            state.files.wake(region, new Blocker.AwaitsSnapshot(region.id()));
            if (awaited) {
                return; // the next tick tells whether it was new enough for all of them
            }
        }
        if (!Completeness.needsSnapshot(row)) {
            row.clearSnapshotRequestedMs();
        }
    }

    /** At or above the region's version when it was announced: what it names was all that was live then. */
    private static boolean isCurrent(RunningSnapshot snapshot) {
        if (!snapshot.hasRegionVersion()) {
            return true;
        }
        return snapshot.getVersion() == 0
                ? snapshot.getRegionVersion() == 0
                : !Stamps.isBelow(snapshot.getVersion(), snapshot.getRegionVersion());
    }

    /** Whether a region that is opened with this version continues what is known of it. */
    void opened(Region region, long version, boolean higherEpoch, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean gap;
        if (!row.hasVersion()) {
            gap = version != 0;
        } else if (higherEpoch) {
            gap = version != row.getVersion();
        } else if (Stamps.isBelow(row.getVersion(), version)) {
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
