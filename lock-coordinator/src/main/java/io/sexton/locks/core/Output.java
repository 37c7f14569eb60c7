package io.sexton.locks.core;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;

/** An output of the lock fold. */
public sealed interface Output {

    /** An event for {@code gc.lock-events}. */
    record Event(RegionId region, LockEvent event) implements Output {}

    /**
     * A record that could not be applied, for {@code gc.dead-letters}.
     *
     * @param reason description of the problem, beginning with the name of the field
     */
    record DeadLetter(LogRecord record, String reason) implements Output {}

    /**
     * A tick that had no effect, because its append time and wall clock differ too much. For a metric and a log line.
     */
    record ClockDisagreement(LogRecord record, String ticker) implements Output {}
}
