package io.sexton.streams.core;

import io.sexton.proto.FilePath;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RunningInventory;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;

/** What a scanner has listed. A chunk shows what exists; only a complete inventory shows what does not. Not thread safe. */
final class InventoryFacts {
    private final State state;
    private final Outbox out;
    private final FileFacts files;

    InventoryFacts(State state, Outbox out, FileFacts files) {
        this.state = state;
        this.out = out;
        this.files = files;
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
        state.files.forEach(region.id(), (path, listed) -> {
            // Read again: a file that went a moment ago may have woken this one, which is its companion.
            FileRow file = state.files.get(region.id(), path);
            if (file != null && file.getChangedOffset() < announced && !isNamed(file, announced)) {
                missing(region, path, file, fact);
            }
        });
        state.files.wake(region, new Blocker.AwaitsInventory(region.id()));
    }

    private void missing(Region region, FilePath path, FileRow file, Fact fact) {
        switch (FileState.of(file)) {
            case LIVE -> out.missing(region.id(), path, "a complete inventory did not list this live file");
            case OBSOLETE, UNREFERENCED, ABANDONED, ABORTED -> {
                Condemning.raiseHorizon(region, file);
                files.becomeGone(region, path, file, fact);
            }
            case UNKNOWN, TEMP, CONDEMNED, GONE -> {}
        }
    }

    private static boolean isNamed(FileRow file, long announced) {
        return file.hasInventoryOffset() && file.getInventoryOffset() == announced;
    }
}
