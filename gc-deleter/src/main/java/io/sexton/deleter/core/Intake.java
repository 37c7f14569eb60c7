package io.sexton.deleter.core;

import org.jspecify.annotations.Nullable;

/**
 * How far a partition is read ahead (design, section 8, step 2): into memory up to a bound; and where a fence is awaited,
 * further, as far as the fence, keeping only revokes. Commands that were passed over so are read again later.
 */
final class Intake {

    /** What is to be done with a command that has just been read. */
    enum Admission {
        TAKE,
        PASS_OVER
    }

    private final int partition;
    private final long limitBytes;
    private boolean full;
    private boolean paused;
    private boolean seeking;
    private @Nullable Long passedOverFrom;

    Intake(int partition, long limitBytes) {
        this.partition = partition;
        this.limitBytes = limitBytes;
    }

    /** Whether what is read now will be read again. */
    boolean isPassingOver() {
        return passedOverFrom != null;
    }

    Admission admit(long offset, boolean awaitsFence) {
        if (passedOverFrom == null && full && awaitsFence) {
            passedOverFrom = offset;
        }
        return passedOverFrom == null ? Admission.TAKE : Admission.PASS_OVER;
    }

    /** What reading needs now, or null if it goes on as it does. */
    @Nullable
    Effect adjust(long keptBytes, boolean awaitsFence) {
        full = keptBytes >= limitBytes || (full && keptBytes > limitBytes / 2);
        if (seeking) {
            return null;
        }
        if (passedOverFrom != null && !full && !awaitsFence) {
            seeking = true;
            paused = false;
            return new Effect.SeekTo(partition, passedOverFrom);
        }
        boolean pause = (full || passedOverFrom != null) && !awaitsFence;
        if (pause == paused) {
            return null;
        }
        paused = pause;
        return pause ? new Effect.PauseReading(partition) : new Effect.ResumeReading(partition);
    }

    /** Until this is told, records from before the seek may come: they are passed over. */
    void seekDone() {
        if (seeking) {
            seeking = false;
            passedOverFrom = null;
        }
    }
}
