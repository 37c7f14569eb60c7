package io.sexton.deleter.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bound on reading ahead in a partition (design, section 8, step 2). Commands are kept in memory up to a number of
 * bytes. While a fence is awaited, reading continues beyond that as far as the fence, and only revokes are kept; the
 * commands that were passed over are read again later.
 */
final class ReadAhead {

    private final int partition;
    private final long limitBytes;
    private boolean full;
    private boolean paused;
    private boolean seeking;
    private @Nullable Long passedOverFrom;

    ReadAhead(int partition, long limitBytes) {
        this.partition = partition;
        this.limitBytes = limitBytes;
    }

    /** Returns whether the records that are read now will be read again. */
    boolean isPassingOver() {
        return passedOverFrom != null;
    }

    /** Returns whether the command at the offset is taken; else it is passed over. */
    boolean admits(long offset, boolean awaitsFence) {
        if (passedOverFrom == null && full && awaitsFence) {
            passedOverFrom = offset;
        }
        return passedOverFrom == null;
    }

    /** Returns the change that reading needs now, if any. */
    Optional<Effect> adjust(long keptBytes, boolean awaitsFence) {
        full = keptBytes >= limitBytes || (full && keptBytes > limitBytes / 2);
        if (seeking) {
            return Optional.empty();
        }
        if (passedOverFrom != null && !full && !awaitsFence) {
            seeking = true;
            paused = false;
            return Optional.of(new Effect.SeekTo(partition, passedOverFrom));
        }
        boolean pause = (full || passedOverFrom != null) && !awaitsFence;
        if (pause == paused) {
            return Optional.empty();
        }
        paused = pause;
        return Optional.of(pause ? new Effect.PauseReading(partition) : new Effect.ResumeReading(partition));
    }

    /** Ends the passing over. Records from before the seek may be read until then. */
    void seekDone() {
        if (seeking) {
            seeking = false;
            passedOverFrom = null;
        }
    }
}
