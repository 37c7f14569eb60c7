package io.sexton.streams.model;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;

/** An output of the fold. The fold only returns it: nothing here touches a file or a topic. */
public sealed interface Output {

    /** A record for {@code gc.delete-commands}. */
    record Command(RegionId region, GcCommand command) implements Output {}

    /** A record for {@code gc.notices}. */
    record Notification(RegionId region, Notice notice) implements Output {}

    /**
     * A record for {@code gc.dead-letters}: the rejected record unchanged, and the reason.
     *
     * @param reason names the field
     */
    record DeadLetter(LogRecord record, String reason) implements Output {}

    /** A tick without effect, because its append time and wall clock differ too much: for a metric and a log line. */
    record ClockDisagreement(LogRecord record, String ticker) implements Output {}
}
