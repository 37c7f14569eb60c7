package io.sexton.client;

import io.sexton.v1.FileRef;
import java.time.Duration;

/**
 * A file that was announced to Sexton before its first byte was written. Safe for use by any thread.
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
