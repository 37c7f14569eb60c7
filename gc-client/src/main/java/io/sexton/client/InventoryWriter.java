package io.sexton.client;

import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The publisher of inventories: the files that a listing of a region's root finds, in chunks. The announcement is
 * acknowledged before the first page is listed, because a file that is written in between must not look missing or old.
 *
 * <p>Safe for use by any thread. Each {@link #write} is a separate inventory; a later one replaces an unfinished one.
 */
public final class InventoryWriter {

    private final EventSender sender;
    private final RegionId region;
    private final Ids ids;

    InventoryWriter(EventSender sender, RegionId region, Ids ids) {
        this.sender = sender;
        this.region = region;
        this.ids = ids;
    }

    /**
     * Announces an inventory, lists, and publishes the files of the listing.
     *
     * @param lister called once, after the announcement is acknowledged. If it throws, no last chunk is published, and
     *     the files published so far prove only that they exist
     * @return the position of the last chunk in the log
     * @throws InvalidEventException if a path is not a valid path; the inventory is then incomplete
     * @throws PublishException if an acknowledgement did not come; the inventory is then incomplete
     */
    public LogPosition write(FileLister lister) throws IOException, InterruptedException {
        String id = ids.next();
        Futures.await(send(id, 0, false, List.of()));
        FileChunks chunks = new FileChunks((chunk, last, files) -> send(id, chunk, last, files));
        lister.list(chunks);
        return chunks.finish();
    }

    private CompletableFuture<LogPosition> send(String id, int chunk, boolean last, List<FileRef> files) {
        return sender.send(sender.event(region, 0)
                .setInventory(Inventory.newBuilder()
                        .setInventoryId(id)
                        .setChunk(chunk)
                        .setLast(last)
                        .addAllFiles(files))
                .build());
    }
}
