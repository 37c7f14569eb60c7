package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;

/** The end of a claim that is neither renewed nor released, in log time. */
sealed interface Deadline {
    /**
     * A deadline that is counted from the next agreeing tick. Before that tick the clock may be behind, and a deadline
     * counted from it would cut the claim short.
     */
    record AfterNextTick(Duration length) implements Deadline {}

    /** A deadline that has passed when the clock is strictly above {@code end}. */
    record At(Instant end) implements Deadline {

        /** Returns the first reading of the clock at which the deadline has passed. */
        Instant firstInstantPast() {
            return end.plusMillis(1);
        }
    }
}
