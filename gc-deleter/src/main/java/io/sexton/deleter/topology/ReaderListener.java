package io.sexton.deleter.topology;

import io.sexton.deleter.core.Finished;
import io.sexton.proto.LogRecord;

/** The listener to what a {@link CommandReader} has read and committed. Called by its thread. */
public interface ReaderListener {

    /** The report was committed. */
    void reported(Finished.Report report);

    /** The record is no usable command. */
    void unusable(LogRecord record, String problem);

    /** A request failed: the commands are read again from the committed offsets. */
    default void redelivered() {}

    /** A request failed and is repeated; a message for operators. */
    void retried(String message);

    /** An outage of a coordinator begins, lasts or ends; a message for operators. */
    default void outage(String message) {}
}
