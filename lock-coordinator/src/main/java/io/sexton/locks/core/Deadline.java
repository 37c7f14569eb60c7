package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;

/** When a claim ends by itself, in the log's time. */
sealed interface Deadline {
    /** Counted from the next agreeing tick: before it the clock may be stale, and the claim would be cut short. */
    record AfterNextTick(Duration length) implements Deadline {}

    /** Over when the clock is past this time, which means strictly above it. */
    record At(Instant end) implements Deadline {

        /** The first reading of the clock at which it is over. */
        Instant over() {
            return end.plusMillis(1);
        }
    }
}
