package io.sexton.fold.core;

import com.google.protobuf.Message;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;

/** An output of a fold. The fold only emits it: nothing here touches a file or a topic. */
public sealed interface Output {

    /**
     * A record for one of the fold's output topics.
     *
     * @param topic without the namespace
     * @param region the record's key
     * @param message the record's value
     */
    record Emitted(String topic, RegionId region, Message message) implements Output {}

    /**
     * A record for {@code gc.dead-letters}: the record that could not be applied, unchanged, and the reason.
     *
     * @param reason begins with the name of the field
     */
    record DeadLetter(LogRecord record, String reason) implements Output {}

    /** A tick that had no effect, because its append time and wall clock differ too much: for a metric and a log line. */
    record ClockDisagreement(LogRecord record, String ticker) implements Output {}
}
