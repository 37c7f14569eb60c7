package io.sexton.streams.core;

import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RunningInventory;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;

/** What a scanner has listed. A chunk shows what exists; only a complete inventory shows what does not. Not thread safe. */
final class InventoryFacts {
    private final State state;
    private final FileFacts files;
    private final Sweeps sweeps;

    InventoryFacts(State state, FileFacts files, Sweeps sweeps) {
        this.state = state;
        this.files = files;
        this.sweeps = sweeps;
    }

    void inventory(Region region, Inventory chunk, Fact fact) {
        RegionRow.Builder row = region.row();
        boolean running = row.hasInventory() && row.getInventory().getId().equals(chunk.getInventoryId());
        if (chunk.getChunk() == 0) {
            if (!running) {
                row.setInventory(RunningInventory.newBuilder()
                        .setId(chunk.getInventoryId())
                        .setOffset(fact.offset()));
            } else if (row.getInventory().getLastChunk() != 0) {
                row.clearInventory(); // out of turn
            }
            return;
        }
        if (!running || chunk.getChunk() == row.getInventory().getLastChunk()) {
            return; // of another one, or a repeat
        }
        if (Integer.toUnsignedLong(chunk.getChunk())
                != Integer.toUnsignedLong(row.getInventory().getLastChunk()) + 1) {
            row.clearInventory();
            return;
        }
        row.getInventoryBuilder().setLastChunk(chunk.getChunk());
        long announced = row.getInventory().getOffset();
        for (FileRef file : chunk.getFilesList()) {
            files.inventoryNames(region, file, announced, fact);
        }
        if (chunk.getLast()) {
            complete(region, announced, fact);
        }
    }

    private void complete(Region region, long announced, Fact fact) {
        region.row().clearInventory().setCompletedInventoryOffset(announced);
        sweeps.inventoryIsComplete(region, announced, fact);
        state.files.wake(region, new Blocker.AwaitsInventory(region.id()));
    }
}
