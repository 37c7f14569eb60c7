package io.sexton.streams.oracle;

import io.sexton.streams.oracle.Fact.CountedOnce;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.CompleteInventory;
import io.sexton.streams.oracle.NaiveRegion.RunningInventory;
import io.sexton.streams.oracle.NaiveRegion.RunningSnapshot;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestSnapshot;
import java.util.List;
import java.util.Map;

/** The snapshots of the manifest and inventories of the store: both consist of chunks (section 5). */
final class Listings {

    private final RecordContext context;
    private final NaiveRegion region;
    private final FileTable table;

    Listings(RecordContext context) {
        this.context = context;
        this.region = context.region();
        this.table = new FileTable(context);
    }

    void snapshot(ManifestSnapshot chunk) {
        RunningSnapshot running = region.snapshot;
        boolean another = running == null || !running.id.equals(chunk.getSnapshotId());
        if (another && chunk.getChunk() == 0) {
            // "Chunk 0 announces and names nothing"; "Chunk 0 of a new id replaces a running snapshot"
            if (running != null) {
                context.met(Rule.SNAPSHOT_REPLACED);
            }
            running = new RunningSnapshot(chunk.getSnapshotId(), context.offset(), region.version);
            for (NaiveFile file : region.files.values()) {
                if (!file.listed) {
                    running.knownBefore.add(file.path);
                }
            }
            region.snapshot = running;
            // "a snapshot counts as applied from its first accepted chunk on"
            region.manifestApplied = true;
        } else if (running == null || another) {
            // "a chunk of another id [is] ignored"
            context.met(Rule.SNAPSHOT_CHUNK_OF_ANOTHER_ID);
        } else if (chunk.getChunk() >= 1 && running.lastChunk >= 1 && chunk.getVersion() != running.version) {
            // "a chunk […] of another version drops the snapshot"
            context.met(Rule.SNAPSHOT_OF_ANOTHER_VERSION);
            region.snapshot = null;
        } else if (chunk.getChunk() == running.lastChunk) {
            // "a repeat of the chunk accepted last [is] ignored"
            context.met(Rule.SNAPSHOT_CHUNK_REPEATED);
        } else if (chunk.getChunk() != running.lastChunk + 1) {
            // "a chunk out of turn (chunk 0 of the running id, too) […] drops the snapshot"
            context.met(Rule.SNAPSHOT_OUT_OF_TURN);
            region.snapshot = null;
        } else {
            accept(running, chunk);
        }
    }

    private void accept(RunningSnapshot running, ManifestSnapshot chunk) {
        running.lastChunk = chunk.getChunk();
        running.version = chunk.getVersion();
        List<NaiveFile> liveFromBefore = liveFromBefore(running.chunk0);
        for (FileRef file : chunk.getFilesList()) {
            table.snapshotNames(file.getPath(), running);
            running.named.add(file.getPath());
        }
        if (chunk.getLast()) {
            region.snapshot = null;
            complete(running, liveFromBefore);
        }
    }

    private List<NaiveFile> liveFromBefore(long chunk0) {
        return region.files.values().stream()
                .filter(file -> file.state == State.LIVE && file.changedAt < chunk0)
                .toList();
    }

    /**
     * @param liveFromBefore "the files that were LIVE before chunk 0 came and had not changed state since, just before
     *     the last chunk was applied"
     */
    private void complete(RunningSnapshot snapshot, List<NaiveFile> liveFromBefore) {
        context.met(snapshot.version == 0 ? Rule.SNAPSHOT_OF_VERSION_0 : Rule.SNAPSHOT_COMPLETE);
        snapshot.named.forEach(path -> table.snapshotNamesOnceMore(path, snapshot));
        Stamp stamp = context.stamp(snapshot.version);
        // "each LIVE file that was not named and whose `live_since` is at or below the snapshot's stamp becomes
        // OBSOLETE@"
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (file.state == State.LIVE && !snapshot.named.contains(file.path)) {
                if (file.liveSince == null || file.liveSince.above(stamp)) {
                    context.met(Rule.SNAPSHOT_LACKS_WHAT_IS_LIVE_LATER);
                } else if (snapshot.version == 0 && file.changedAt > snapshot.chunk0) {
                    // "A snapshot of version 0 […] takes away only what this and the rule above both allow"
                    context.met(Rule.SNAPSHOT_OF_VERSION_0_KEEPS_A_CHANGED_FILE);
                } else {
                    table.snapshotLacks(file, snapshot.version);
                }
            }
        }
        // "the region's version becomes the larger one"
        Long version = region.version;
        region.version = version == null ? snapshot.version : Stamp.max(version, snapshot.version);
        if (Stamp.above(snapshot.version, version == null ? 0 : version)) {
            // "where that raises it, versions were jumped over, and the horizon (section 6) rises to it"
            context.met(Rule.SNAPSHOT_RAISES_THE_VERSION);
            context.raiseHorizon(snapshot.version);
        }
        // "A snapshot is current if its version was at or above the region's when chunk 0 came"; one of version 0 "is
        // current only where the version was 0 or not known when chunk 0 came": the same, said of 0.
        Long before = snapshot.versionAtChunk0;
        boolean current = before == null || !Stamp.above(before, snapshot.version);
        if (current) {
            context.met(Rule.SNAPSHOT_CURRENT);
            region.confirmation = snapshot.chunk0;
        } else {
            context.met(Rule.SNAPSHOT_BEHIND);
        }
        closeGap(stamp);
        if (needsLatch(snapshot, liveFromBefore)) {
            NaiveRegion.SnapshotLatch latch = region.snapshotLatch;
            region.snapshotLatch =
                    new NaiveRegion.SnapshotLatch(latch == null ? context.offset() : latch.first(), context.offset());
            context.countedOnce(CountedOnce.Kind.APPROVAL_NEEDED, null);
        } else if (current) {
            endLatch();
        }
    }

    /** "an empty, half-read or foreign manifest must not be obeyed in silence" */
    private boolean needsLatch(RunningSnapshot snapshot, List<NaiveFile> liveFromBefore) {
        long percent = context.policy().maxCondemnedPercent();
        long taken =
                liveFromBefore.stream().filter(file -> file.state != State.LIVE).count();
        long left = liveFromBefore.size() - taken;
        boolean namedAKnownFile = snapshot.named.stream().anyMatch(snapshot.knownBefore::contains);
        if (percent >= 100) {
            if (taken >= 10 || (taken >= 1 && left == 0)) {
                context.met(Rule.SNAPSHOT_OBEYED_AT_100_PERCENT);
            }
            return false;
        }
        if (taken >= 1 && left == 0 && !namedAKnownFile) {
            context.met(snapshot.named.isEmpty() ? Rule.SNAPSHOT_LATCHES_EMPTY : Rule.SNAPSHOT_LATCHES_FOREIGN);
            return true;
        }
        if (taken >= 1 && left == 0) {
            context.met(Rule.SNAPSHOT_TAKES_ALL_BUT_NAMES_KNOWN_FILES);
        }
        if (taken >= 10 && taken * 100 > percent * (taken + left)) {
            context.met(Rule.SNAPSHOT_LATCHES_HALF_READ);
            return true;
        }
        return false;
    }

    /**
     * "Such a latch ends by itself when a later current snapshot completes and no file is OBSOLETE any more that became
     * so from the first latching snapshot to the last."
     */
    private void endLatch() {
        NaiveRegion.SnapshotLatch latch = region.snapshotLatch;
        if (latch == null) {
            return;
        }
        boolean stillObsolete = region.files.values().stream()
                .anyMatch(file -> file.state == State.OBSOLETE
                        && file.obsoleteAt >= latch.first()
                        && file.obsoleteAt <= latch.last());
        context.met(stillObsolete ? Rule.SNAPSHOT_LATCH_STANDS : Rule.SNAPSHOT_LATCH_ENDS);
        if (!stillObsolete) {
            region.snapshotLatch = null;
        }
    }

    private void closeGap(Stamp stamp) {
        Stamp gap = region.gap;
        if (gap == null) {
            return;
        }
        // "A complete snapshot with a stamp at or above the highest gap heals."
        if (gap.above(stamp)) {
            context.met(Rule.GAP_NOT_HEALED);
            return;
        }
        context.met(Rule.GAP_HEALED);
        region.gap = null;
        // The horizon is at least that "of each healing snapshot its version".
        context.raiseHorizon(stamp.version());
    }

    /** "Chunks as for snapshots." */
    void inventory(Inventory chunk) {
        RunningInventory running = region.inventory;
        boolean another = running == null || !running.id.equals(chunk.getInventoryId());
        if (another && chunk.getChunk() == 0) {
            if (running != null) {
                context.met(Rule.INVENTORY_REPLACED);
            }
            region.inventory = new RunningInventory(chunk.getInventoryId(), context.offset());
            // An `Approval` counts only "before the region's next inventory begins".
            region.doubted = null;
        } else if (running == null || another) {
            context.met(Rule.INVENTORY_CHUNK_OF_ANOTHER_ID);
        } else if (chunk.getChunk() == running.lastChunk) {
            context.met(Rule.INVENTORY_CHUNK_REPEATED);
        } else if (chunk.getChunk() != running.lastChunk + 1) {
            context.met(Rule.INVENTORY_OUT_OF_TURN);
            region.inventory = null;
        } else {
            running.lastChunk = chunk.getChunk();
            for (FileRef file : chunk.getFilesList()) {
                NaiveFile known = region.file(file.getPath());
                running.namedALiveFile |= known.state == State.LIVE && known.changedAt < running.chunk0;
                // "A chunk is evidence that files exist"
                table.inventory(file, running.chunk0);
                running.named.put(file.getPath(), context.offset());
            }
            if (chunk.getLast()) {
                region.inventory = null;
                complete(running);
            }
        }
    }

    /** "Only a complete inventory is evidence that one is missing". */
    private void complete(RunningInventory inventory) {
        context.met(Rule.INVENTORY_COMPLETE);
        List<NaiveFile> missing = region.files.values().stream()
                .filter(file -> isMissing(file, inventory))
                .toList();
        List<NaiveFile> missingLive =
                missing.stream().filter(file -> file.state == State.LIVE).toList();
        boolean sound = region.retentionOnly
                ? isSoundOfRetentionOnlyRegion(inventory)
                : isSound(inventory, !missingLive.isEmpty());
        for (NaiveFile file : region.files.values()) {
            file.missed = missingLive.contains(file);
        }
        if (!(region.retentionOnly && sound)) {
            for (NaiveFile file : missingLive) {
                // "LIVE gives a `MissingFile` notice"
                context.met(Rule.INVENTORY_LACKS_LIVE);
                context.countedOnce(CountedOnce.Kind.MISSING_FILE, file.path);
            }
        }
        CompleteInventory complete = new CompleteInventory(inventory.id, inventory.chunk0, Map.copyOf(inventory.named));
        if (sound) {
            context.met(Rule.INVENTORY_SOUND);
            missing.forEach(this::missing);
            isEvidence(complete);
        } else {
            // "Each such one is answered by an `InventoryDoubted`, […]; it makes nothing GONE, and is no evidence for
            // an
            // orphan."
            context.out().add(new Fact.InventoryDoubted(region.id, inventory.id, missingLive.size()));
            region.doubted = complete;
        }
    }

    /** "of files that it did not name and whose state is older than chunk 0" */
    private boolean isMissing(NaiveFile file, RunningInventory inventory) {
        if (inventory.named.containsKey(file.path)) {
            return false;
        }
        // "(A `FileWritten` counts as a change of state where it is asked what is older than chunk 0.)"
        if (Math.max(file.changedAt, file.writtenAt) > inventory.chunk0) {
            context.met(
                    file.changedAt > inventory.chunk0
                            ? Rule.INVENTORY_KEEPS_A_CHANGED_FILE
                            : Rule.INVENTORY_KEEPS_A_WRITTEN_FILE);
            return false;
        }
        if (file.state == State.LIVE && file.excused) {
            // "the LIVE files that it missed count as missing no more until […]"
            context.met(Rule.INVENTORY_LACKS_AN_EXCUSED_FILE);
            return false;
        }
        return true;
    }

    private boolean isSound(RunningInventory inventory, boolean missesALiveFile) {
        if (missesALiveFile) {
            context.met(Rule.INVENTORY_DOUBTED_MISSES_LIVE);
        } else if (region.manifestApplied && !inventory.namedALiveFile) {
            // "neither is one that names no file that was LIVE from before its chunk 0 until it was named, where an
            // edit
            // or snapshot was ever applied"
            context.met(Rule.INVENTORY_DOUBTED_NAMES_NO_LIVE);
        } else if (region.incomplete()) {
            // "nor one that completes while its region is incomplete or latched"
            context.met(Rule.INVENTORY_DOUBTED_INCOMPLETE);
        } else if (region.latched()) {
            context.met(Rule.INVENTORY_DOUBTED_LATCHED);
        } else {
            return true;
        }
        return false;
    }

    /** "sound unless files were LIVE before its chunk 0 and it names none of them" */
    private boolean isSoundOfRetentionOnlyRegion(RunningInventory inventory) {
        boolean wereLive = region.files.values().stream()
                .anyMatch(file -> file.state == State.LIVE && file.changedAt < inventory.chunk0);
        if (wereLive && !inventory.namedALiveFile) {
            context.met(Rule.INVENTORY_DOUBTED_RETENTION_ONLY);
            return false;
        }
        return true;
    }

    /** A sound one "named it, after it last changed state". */
    private void isEvidence(CompleteInventory inventory) {
        inventory.named().forEach((path, namedAt) -> {
            NaiveFile file = region.file(path);
            if (file.changedAt <= namedAt) {
                file.inventoryEvidence = inventory.chunk0();
            } else {
                context.met(Rule.INVENTORY_NAMED_BEFORE_A_CHANGE);
            }
        });
        region.doubted = null;
        // A ScanCommand is sent "until a sound one has completed".
        region.scanWanted = false;
    }

    /**
     * "An `Approval` that names it in `inventory_id`, before the region's next inventory begins, makes it sound after
     * all (it still makes nothing GONE)".
     */
    void approved(String inventoryId) {
        CompleteInventory doubted = region.doubted;
        if (doubted == null || !doubted.id().equals(inventoryId)) {
            context.met(Rule.INVENTORY_APPROVED_TOO_LATE);
            return;
        }
        context.met(Rule.INVENTORY_APPROVED);
        isEvidence(doubted);
        for (NaiveFile file : region.files.values()) {
            if (file.missed) {
                context.met(Rule.INVENTORY_EXCUSES_A_FILE);
                file.missed = false;
                file.excused = true;
            }
        }
    }

    private void missing(NaiveFile file) {
        switch (file.state) {
            // In a retention-only region "what is LIVE and missing becomes GONE without a notice"; elsewhere the
            // inventory is
            // not sound.
            case LIVE -> becomeGone(file, Rule.INVENTORY_LACKS_LIVE_RETENTION_ONLY);
            case OBSOLETE -> becomeGone(file, Rule.INVENTORY_LACKS_OBSOLETE);
            case UNREFERENCED -> {
                // "(an UNREFERENCED one that is not *listed* only if it is a candidate: it may have been announced and
                // not written yet)"
                if (file.listed || file.candidateAt != null) {
                    becomeGone(
                            file,
                            file.listed ? Rule.INVENTORY_LACKS_LISTED : Rule.INVENTORY_LACKS_UNREFERENCED_CANDIDATE);
                } else {
                    context.met(Rule.INVENTORY_KEEPS_WHAT_WAS_ANNOUNCED);
                }
            }
            case ABANDONED -> becomeGone(file, Rule.INVENTORY_LACKS_ABANDONED);
            case ABORTED -> becomeGone(file, Rule.INVENTORY_LACKS_ABORTED);
            case UNKNOWN, GONE, TEMP, CONDEMNED -> {}
        }
    }

    /** "OBSOLETE, UNREFERENCED, ABANDONED and ABORTED become GONE." */
    private void becomeGone(NaiveFile file, Rule rule) {
        context.met(rule);
        // The horizon: "the highest of the removed-versions of files ever condemned or found missing".
        context.raiseHorizon(file);
        table.gone(file);
    }
}
