package io.sexton.fold.topology;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import java.time.Duration;

/**
 * An extension of the processor of one partition, for metrics, log lines, and events that a service appends to its log.
 * Called by the threads of Kafka Streams: must be quick, and thread safe if several partitions share it.
 */
public interface FoldListener<F extends Fold> {
    /** Receives an output of the record that is being applied; again if its transaction is aborted. */
    default void emitted(Output output) {}

    /** Called after each applied record, with the time that it took. */
    default void applied(Duration took) {}

    /** Called at each interval, before the check for due work. */
    default void atInterval(int partition, F fold, Ticker ticker) {}
}
