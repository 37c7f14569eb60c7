package io.sexton.streams.core;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;

/** What the fold says to the world. It only says: nothing here touches a file or a topic. */
public sealed interface Output {

    /** For {@code gc.delete-commands}. */
    record Command(RegionId region, GcCommand command) implements Output {}

    /** For {@code gc.notices}. */
    record Notification(RegionId region, Notice notice) implements Output {}

    /**
     * For {@code gc.dead-letters}: the record's bytes as they came, and why they could not be applied.
     *
     * @param reason names the field
     */
    record DeadLetter(LogRecord record, String reason) implements Output {}

    /** A tick whose append time and wall clock differ too much, so that it did nothing: for a metric and a log line. */
    record ClockDisagreement(LogRecord record, String ticker) implements Output {}
}
