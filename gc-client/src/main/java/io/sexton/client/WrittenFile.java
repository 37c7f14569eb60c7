package io.sexton.client;

import io.sexton.v1.FileRef;
import java.time.Duration;

/**
 * A file that Sexton was told of before its first byte was written. Safe for use by any thread.
 */
public final class WrittenFile {

    private final FileRef file;
    private final LogPosition position;
    private final MonotonicClock clock;
    private final Deadline halfLinger;

    WrittenFile(FileRef file, LogPosition position, MonotonicClock clock, long beforeSend, Duration orphanLinger) {
        this.file = file;
        this.position = position;
        this.clock = clock;
        this.halfLinger = Deadline.after(beforeSend, orphanLinger.dividedBy(2));
    }

    /** The file as it was announced. */
    public FileRef file() {
        return file;
    }

    /** Where the log says so. */
    public LogPosition position() {
        return position;
    }

    /**
     * Whether the file may still be committed as it is. Once half the orphan linger has passed it may fall due while
     * the commit is under way: then pin it first ({@link PinTarget#files} with {@link PinOptions#forCommit}), wait for
     * the acceptance and keep the pin until the edit is acknowledged (I1).
     */
    public boolean mayCommitUnpinned() {
        return !halfLinger.hasPassed(clock.nanoTime());
    }
}
