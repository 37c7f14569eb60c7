package io.sexton.streams.core;

import io.sexton.v1.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be done with a file that the schedule has brought up. */
sealed interface Decision {
    /** Its state no longer calls for it. */
    record Nothing() implements Decision {}

    /** Under the policy in force now it is due later. {@code null}: when its retention ends, if ever. */
    record PutBack(@Nullable Instant due) implements Decision {}

    record Blocked(Blocker blocker) implements Decision {}

    /** One more than the guard lets through: the region latches, or is latched already. */
    record Latch() implements Decision {}

    record Condemn(Reason reason, Instant since) implements Decision {}

    /** A dry run: what would be condemned. */
    record Show(Reason reason, Instant since) implements Decision {}

    record EmitAgain() implements Decision {}
}
