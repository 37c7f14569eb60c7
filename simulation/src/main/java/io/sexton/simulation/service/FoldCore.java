package io.sexton.simulation.service;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.query.Explanation;
import java.time.Instant;
import java.util.Optional;

/** What the two folds have in common. The second half only one of them has. */
public interface FoldCore {
    void apply(LogRecord record);

    /** When a tick would have something to do, by the log's clock. */
    Optional<Instant> nextWork();

    /** What is known of a file; empty where that is not its business. */
    default Optional<Explanation> explain(RegionId region, FilePath path) {
        return Optional.empty();
    }

    /** Whether a tick should follow at once. */
    default boolean workLeft() {
        return false;
    }
}
