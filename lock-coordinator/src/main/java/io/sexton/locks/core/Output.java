package io.sexton.locks.core;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;

/** What the lock fold says to the world. */
public sealed interface Output {

    /** For {@code gc.lock-events}. */
    record Event(RegionId region, LockEvent event) implements Output {}

    /**
     * For {@code gc.dead-letters}: a record that could not be applied.
     *
     * @param reason names the field
     */
    record DeadLetter(LogRecord record, String reason) implements Output {}

    /** A tick whose append time and wall clock differ too much, so that it did nothing: for a metric and a log line. */
    record ClockDisagreement(LogRecord record, String ticker) implements Output {}
}
