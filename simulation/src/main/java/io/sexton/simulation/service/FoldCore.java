package io.sexton.simulation.service;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.Explanation;
import java.time.Instant;
import java.util.Optional;

/** What the two folds have in common. */
public interface FoldCore {
    void apply(LogRecord record);

    /** When a tick would have something to do, by the log's clock. */
    Optional<Instant> nextWork();

    /** What is known of a file; empty where that is not its business. */
    Optional<Explanation> explain(RegionId region, FilePath path);

    /** Whether a tick should follow at once. */
    boolean workLeft();
}
