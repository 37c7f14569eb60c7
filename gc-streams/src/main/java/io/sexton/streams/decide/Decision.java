package io.sexton.streams.decide;

import io.sexton.streams.model.Blocker;
import io.sexton.v1.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The decision on a due file. */
public sealed interface Decision {
    /** No deletion: the file's state no longer calls for one. */
    record Nothing() implements Decision {}

    /** A later due time, by the policy in force now. {@code null}: the end of its retention, if it has one. */
    record Postpone(@Nullable Instant due) implements Decision {}

    record Blocked(Blocker blocker) implements Decision {}

    /** A file beyond the guard's limit: the region latches, or is latched already. */
    record Latch() implements Decision {}

    record Condemn(Reason reason, Instant since) implements Decision {}

    /** A condemnation that a dry run only shows. */
    record DryRun(Reason reason, Instant since) implements Decision {}

    record EmitAgain() implements Decision {}
}
