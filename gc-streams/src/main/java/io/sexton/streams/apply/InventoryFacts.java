package io.sexton.streams.apply;

import io.sexton.streams.decide.InventoryEvidence;
import io.sexton.streams.model.Fact;
import io.sexton.streams.row.DoubtedInventory;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RunningInventory;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import java.util.List;

/**
 * The applier of inventories, which are listings of a region's storage. A chunk proves that files exist. Only a
 * complete and sound inventory proves absence and confirms orphans (design, section 5, "Inventories"). Not thread safe.
 */
final class InventoryFacts {
    /** Upper bound on the sound inventories that count. A file that only an older one named needs another (I5). */
    private static final int MAX_SOUND = 8;

    private final State state;
    private final Outbox out;
    private final FileFacts files;
    private final Sweeps sweeps;
    private final Completeness completeness;

    InventoryFacts(State state, Outbox out, FileFacts files, Sweeps sweeps, Completeness completeness) {
        this.state = state;
        this.out = out;
        this.files = files;
        this.sweeps = sweeps;
        this.completeness = completeness;
    }

    void inventory(Region region, Inventory chunk, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean running = row.hasInventory() && row.getInventory().getId().equals(chunk.getInventoryId());
        if (chunk.getChunk() == 0) {
            if (!running) {
                announce(region, chunk, fact);
            } else if (row.getInventory().getLastChunk() != 0) {
                row.clearInventory(); // out of turn
            }
            return;
        }
        if (!running || chunk.getChunk() == row.getInventory().getLastChunk()) {
            return; // a chunk of another inventory, or a repeat
        }
        if (Integer.toUnsignedLong(chunk.getChunk())
                != Integer.toUnsignedLong(row.getInventory().getLastChunk()) + 1) {
            row.clearInventory();
            return;
        }
        row.getInventoryBuilder().setLastChunk(chunk.getChunk());
        for (FileRef file : chunk.getFilesList()) {
            if (files.applyInventoryEntry(region, file, row.getInventory().getOffset(), fact)) {
                row.getInventoryBuilder().setNamedLive(true);
            }
        }
        if (chunk.getLast()) {
            complete(region, fact);
        }
    }

    private void announce(Region region, Inventory chunk, Fact fact) {
        RegionRow.Builder row = region.row();
        // The number of LIVE files is known only after unfinished sweeps are complete.
        sweeps.finish(region);
        state.files().ensureCounted(region);
        row.clearDoubtedInventory()
                .setInventory(RunningInventory.newBuilder()
                        .setId(chunk.getInventoryId())
                        .setOffset(fact.offset())
                        .setUnchanged(row.getLiveFiles())
                        .setUnlisted(row.getLiveFiles() - row.getExcusedFiles()));
    }

    private void complete(Region region, Fact fact) {
        RegionRow.Builder row = region.row();
        // An unfinished snapshot may latch the region, or remove files that the listing lacks.
        sweeps.finish(region);
        RunningInventory inventory = row.getInventory();
        row.clearInventory();
        boolean sound = InventoryEvidence.isSound(region, inventory);
        if (!sound) {
            out.inventoryDoubted(region.id(), inventory.getId(), inventory.getUnlisted());
            row.setDoubtedInventory(
                    DoubtedInventory.newBuilder().setId(inventory.getId()).setOffset(inventory.getOffset()));
        }
        if (sound || inventory.getUnlisted() > 0) {
            sweeps.sweepInventory(region, inventory.getOffset(), sound, fact);
        }
        if (sound) {
            // Candidates that it does not name are GONE: no earlier inventory is evidence for an orphan any more.
            row.clearSoundInventoryOffsets();
            accept(region, inventory.getOffset());
        }
    }

    private void accept(Region region, long announced) {
        region.row().addSoundInventoryOffsets(announced);
        completeness.applySoundInventory(region);
    }

    /** Accepts the last inventory, which was doubted, for an operator. It becomes sound, but makes nothing GONE. */
    void approve(Region region, String inventoryId, Fact fact) {
        RegionRow.Builder row = region.row();
        if (!row.hasDoubtedInventory() || !row.getDoubtedInventory().getId().equals(inventoryId)) {
            return;
        }
        long announced = row.getDoubtedInventory().getOffset();
        row.clearDoubtedInventory();
        sweeps.excuseUnlisted(region, announced, fact);
        List<Long> sound = row.getSoundInventoryOffsetsList();
        List<Long> kept = List.copyOf(sound.subList(Math.max(0, sound.size() - MAX_SOUND + 1), sound.size()));
        row.clearSoundInventoryOffsets().addAllSoundInventoryOffsets(kept);
        accept(region, announced);
    }
}
