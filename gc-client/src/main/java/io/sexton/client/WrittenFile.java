package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.Futures;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.proto.FilePath;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.WriteFailed;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * A file that was announced to Sexton before its first byte was written. Safe for use by any thread.
 */
public final class WrittenFile {

    private final FileRef file;
    private final LogPosition position;
    private final MonotonicClock clock;
    private final Deadline halfLinger;

    private WrittenFile(FileRef file, LogPosition position, MonotonicClock clock, Deadline halfLinger) {
        this.file = file;
        this.position = position;
        this.clock = clock;
        this.halfLinger = halfLinger;
    }

    /** Announces a file by an event that has its header already. */
    static CompletableFuture<WrittenFile> announce(ClientParts parts, RegionEvent.Builder event, FileRef file) {
        Deadline halfLinger =
                Deadline.after(parts.clock().nanoTime(), parts.orphanLinger().dividedBy(2));
        return Futures.map(
                parts.sender()
                        .send(event.setFileWritten(FileWritten.newBuilder().setFile(file))
                                .build()),
                position -> new WrittenFile(file, position, parts.clock(), halfLinger));
    }

    /** Publishes the failure of a write by an event that has its header already. */
    static CompletableFuture<LogPosition> failed(
            ClientParts parts, RegionEvent.Builder event, Collection<FilePath> paths, String error) {
        return Futures.last(parts.sender()
                .sendParts(event.setWriteFailed(WriteFailed.newBuilder()
                                .addAllPaths(paths.stream().map(FilePath::value).toList())
                                .setError(error))
                        .build()));
    }

    /** Returns the file as it was announced. */
    public FileRef file() {
        return file;
    }

    /** Returns the position of the announcement in the log. */
    public LogPosition position() {
        return position;
    }

    /**
     * Returns whether the file may be committed without a pin. After half the orphan linger it may become due during
     * the commit. Then pin it first ({@link PinTarget#files} with {@link PinOptions#forCommit}), wait for the
     * acceptance and keep the pin until the edit is acknowledged (I1).
     */
    public boolean mayCommitUnpinned() {
        return !halfLinger.hasPassed(clock.nanoTime());
    }
}
