package io.sexton.fold.core;

import io.sexton.proto.LogRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * The fold of one partition of a log: applies record after record to its stores, and emits outputs to the sink that it was
 * created with. The same class runs live and in replay, with no flag that distinguishes them (I8): all its input comes from
 * the log.
 *
 * <p>Not thread safe. If {@link #apply} throws, state and outputs of that record are incomplete. Both must be discarded
 * together, and the record must be applied again (in Kafka Streams: abort the transaction).
 */
public interface Fold {
    /** Applies the record that follows the last one. A record that cannot be applied becomes a dead letter. */
    void apply(LogRecord record);

    /** Returns the log's clock after the last record. */
    LogClock clock();

    /** Returns the log time at which a tick next has work; empty if no tick is needed. A time before the clock means at once. */
    Optional<Instant> nextWork();

    /** Returns whether a bound on the work of one record was reached, so that a tick should follow at once. */
    default boolean workLeft() {
        return false;
    }
}
