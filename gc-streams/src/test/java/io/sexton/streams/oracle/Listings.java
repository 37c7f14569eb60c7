package io.sexton.streams.oracle;

import io.sexton.streams.oracle.Fact.Told;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.RunningInventory;
import io.sexton.streams.oracle.NaiveRegion.RunningSnapshot;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestSnapshot;
import java.util.List;

/** Snapshots of the manifest and inventories of the store: both come in chunks (section 5). */
final class Listings {

    private final Moment moment;
    private final NaiveRegion region;
    private final FileTable table;

    Listings(Moment moment) {
        this.moment = moment;
        this.region = moment.region();
        this.table = new FileTable(moment);
    }

    void snapshot(ManifestSnapshot chunk) {
        RunningSnapshot running = region.snapshot;
        boolean another = running == null || !running.id.equals(chunk.getSnapshotId());
        if (another && chunk.getChunk() == 0) {
            // "Chunk 0 announces and names nothing"; "Chunk 0 of a new id replaces a running snapshot"
            if (running != null) {
                moment.met(Rule.SNAPSHOT_REPLACED);
            }
            region.snapshot = new RunningSnapshot(chunk.getSnapshotId(), moment.offset(), region.version);
            // "a snapshot counts as applied from its first accepted chunk on"
            region.manifestApplied = true;
        } else if (running == null || another) {
            // "a chunk of another id [is] ignored"
            moment.met(Rule.SNAPSHOT_CHUNK_OF_ANOTHER_ID);
        } else if (chunk.getChunk() >= 1 && running.lastChunk >= 1 && chunk.getVersion() != running.version) {
            // "a chunk […] of another version drops the snapshot"
            moment.met(Rule.SNAPSHOT_OF_ANOTHER_VERSION);
            region.snapshot = null;
        } else if (chunk.getChunk() == running.lastChunk) {
            // "a repeat of the chunk accepted last [is] ignored"
            moment.met(Rule.SNAPSHOT_CHUNK_REPEATED);
        } else if (chunk.getChunk() != running.lastChunk + 1) {
            // "a chunk out of turn (chunk 0 of the running id, too) […] drops the snapshot"
            moment.met(Rule.SNAPSHOT_OUT_OF_TURN);
            region.snapshot = null;
        } else {
            accept(running, chunk);
        }
    }

    private void accept(RunningSnapshot running, ManifestSnapshot chunk) {
        running.lastChunk = chunk.getChunk();
        running.version = chunk.getVersion();
        for (FileRef file : chunk.getFilesList()) {
            table.snapshotNames(file.getPath(), running);
            running.named.add(file.getPath());
        }
        if (chunk.getLast()) {
            region.snapshot = null;
            complete(running);
        }
    }

    private void complete(RunningSnapshot snapshot) {
        moment.met(snapshot.version == 0 ? Rule.SNAPSHOT_OF_VERSION_0 : Rule.SNAPSHOT_COMPLETE);
        Stamp stamp = moment.stamp(snapshot.version);
        // "each LIVE file that was not named and whose `live_since` is at or below the snapshot's stamp becomes
        // OBSOLETE@"
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (file.state == State.LIVE && !snapshot.named.contains(file.path)) {
                if (file.liveSince == null || file.liveSince.above(stamp)) {
                    moment.met(Rule.SNAPSHOT_LACKS_WHAT_IS_LIVE_LATER);
                } else if (snapshot.version == 0 && file.changedAt > snapshot.chunk0) {
                    // "A snapshot of version 0 […] takes away only what this and the rule above both allow"
                    moment.met(Rule.SNAPSHOT_OF_VERSION_0_KEEPS_A_CHANGED_FILE);
                } else {
                    table.snapshotLacks(file, snapshot.version);
                }
            }
        }
        // "the region's version becomes the larger one"
        Long version = region.version;
        region.version = version == null ? snapshot.version : Stamp.max(version, snapshot.version);
        // "A snapshot is current if its version was at or above the region's when chunk 0 came"; one of version 0 "is
        // current only where the version was 0 or not known when chunk 0 came": the same, said of 0.
        Long before = snapshot.versionAtChunk0;
        if (before == null || !Stamp.above(before, snapshot.version)) {
            moment.met(Rule.SNAPSHOT_CURRENT);
            region.confirmation = snapshot.chunk0;
        } else {
            moment.met(Rule.SNAPSHOT_BEHIND);
        }
        heal(stamp);
    }

    private void heal(Stamp stamp) {
        Stamp gap = region.gap;
        if (gap == null) {
            return;
        }
        // "A complete snapshot with a stamp at or above the highest gap heals."
        if (gap.above(stamp)) {
            moment.met(Rule.GAP_NOT_HEALED);
            return;
        }
        moment.met(Rule.GAP_HEALED);
        region.gap = null;
        // The horizon is at least that "of each healing snapshot its version".
        moment.raiseHorizon(stamp.version());
    }

    /** "Chunks as for snapshots." */
    void inventory(Inventory chunk) {
        RunningInventory running = region.inventory;
        boolean another = running == null || !running.id.equals(chunk.getInventoryId());
        if (another && chunk.getChunk() == 0) {
            if (running != null) {
                moment.met(Rule.INVENTORY_REPLACED);
            }
            region.inventory = new RunningInventory(chunk.getInventoryId(), moment.offset());
        } else if (running == null || another) {
            moment.met(Rule.INVENTORY_CHUNK_OF_ANOTHER_ID);
        } else if (chunk.getChunk() == running.lastChunk) {
            moment.met(Rule.INVENTORY_CHUNK_REPEATED);
        } else if (chunk.getChunk() != running.lastChunk + 1) {
            moment.met(Rule.INVENTORY_OUT_OF_TURN);
            region.inventory = null;
        } else {
            running.lastChunk = chunk.getChunk();
            for (FileRef file : chunk.getFilesList()) {
                // "A chunk is evidence that files exist"
                table.inventory(file, running.chunk0);
                running.named.add(file.getPath());
            }
            if (chunk.getLast()) {
                region.inventory = null;
                complete(running);
            }
        }
    }

    /** "Only a complete inventory is evidence that one is missing". */
    private void complete(RunningInventory inventory) {
        moment.met(Rule.INVENTORY_COMPLETE);
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (inventory.named.contains(file.path)) {
                file.inventoryEvidence = inventory.chunk0;
            } else if (file.changedAt > inventory.chunk0) {
                // "of files that it did not name and whose state is older than chunk 0"
                moment.met(Rule.INVENTORY_KEEPS_A_CHANGED_FILE);
            } else {
                missing(file);
            }
        }
    }

    private void missing(NaiveFile file) {
        switch (file.state) {
            case LIVE -> {
                // "LIVE gives a `MissingFile` notice"
                moment.met(Rule.INVENTORY_LACKS_LIVE);
                moment.tell(Told.Kind.MISSING_FILE, file.path);
            }
            case OBSOLETE -> becomeGone(file, Rule.INVENTORY_LACKS_OBSOLETE);
            case UNREFERENCED -> becomeGone(file, Rule.INVENTORY_LACKS_UNREFERENCED);
            case ABANDONED -> becomeGone(file, Rule.INVENTORY_LACKS_ABANDONED);
            case ABORTED -> becomeGone(file, Rule.INVENTORY_LACKS_ABORTED);
            case UNKNOWN, GONE, TEMP, CONDEMNED -> {}
        }
    }

    /** "OBSOLETE, UNREFERENCED, ABANDONED and ABORTED become GONE." */
    private void becomeGone(NaiveFile file, Rule rule) {
        moment.met(rule);
        // The horizon: "the highest of the removed-versions of files ever condemned or found missing".
        moment.raiseHorizon(file);
        table.gone(file);
    }
}
