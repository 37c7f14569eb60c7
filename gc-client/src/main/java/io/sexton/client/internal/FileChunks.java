package io.sexton.client.internal;

import io.sexton.client.FileSink;
import io.sexton.client.LogPosition;
import io.sexton.v1.FileRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A sender of a file list in chunks 1, 2, … of bounded count and size, a few of them unacknowledged at a time. Only
 * {@link #finish} sends the last chunk, and only after all earlier ones were acknowledged. So an exception in between
 * publishes no complete list (I5).
 *
 * <p>Safe for use by any thread.
 */
public final class FileChunks implements FileSink {

    static final int MAX_FILES = 5_000;
    static final int MAX_BYTES = 512 * 1024;
    private static final int MAX_UNACKNOWLEDGED = 4;
    /** Upper bound on the bytes of an event with an empty chunk: its ids and producer have at most 256 bytes each. */
    private static final int MAX_HEADER_BYTES = 1_024;
    /** Upper bound on the bytes that a field's tag and length add to a file. */
    private static final int OVERHEAD_BYTES = 8;

    /** The function that sends one chunk. */
    @FunctionalInterface
    public interface Sender {
        CompletableFuture<LogPosition> send(int chunk, boolean last, List<FileRef> files);
    }

    private final Sender sender;
    private final int maxFiles;
    private final int maxBytes;
    private final ArrayDeque<CompletableFuture<LogPosition>> unacknowledged = new ArrayDeque<>();
    private final List<FileRef> files = new ArrayList<>();
    private int bytes;
    private int nextChunk = 1;
    private boolean unusable;

    /**
     * Creates a sender of one list.
     *
     * @param maxEventBytes maximum size of the event that a chunk is in
     */
    public FileChunks(Sender sender, int maxEventBytes) {
        this(sender, MAX_FILES, Math.min(MAX_BYTES, maxEventBytes - MAX_HEADER_BYTES));
    }

    FileChunks(Sender sender, int maxFiles, int maxBytes) {
        this.sender = sender;
        this.maxFiles = maxFiles;
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void accept(FileRef file) throws InterruptedException {
        requireUsable();
        // If this throws, a part may be missing, even where the caller ignores the exception.
        unusable = true;
        int size = file.getSerializedSize() + OVERHEAD_BYTES;
        if (files.size() >= maxFiles || (!files.isEmpty() && bytes + size > maxBytes)) {
            send(false);
        }
        files.add(file);
        bytes += size;
        unusable = false;
    }

    /** Sends the last chunk and returns its position in the log. */
    public synchronized LogPosition finish() throws InterruptedException {
        requireUsable();
        unusable = true;
        while (!unacknowledged.isEmpty()) {
            Futures.await(unacknowledged.remove());
        }
        send(true);
        return Futures.await(unacknowledged.remove());
    }

    private void send(boolean last) throws InterruptedException {
        if (unacknowledged.size() >= MAX_UNACKNOWLEDGED) {
            Futures.await(unacknowledged.remove());
        }
        unacknowledged.add(sender.send(nextChunk, last, List.copyOf(files)));
        nextChunk++;
        files.clear();
        bytes = 0;
    }

    private void requireUsable() {
        if (unusable) {
            throw new IllegalStateException("a file of this list could not be published, or the list has ended");
        }
    }
}
