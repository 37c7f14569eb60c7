package io.sexton.simulation.service;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.time.Instant;
import java.util.Optional;

/** What the two folds have in common. */
public interface FoldCore {
    void apply(LogRecord record);

    /** When a tick would have something to do, by the log's clock. */
    Optional<Instant> nextWork();

    /** What keeps a file, in a phrase; empty where that is not its business. */
    String explain(RegionId region, FilePath path);

    /** Whether a tick should follow at once. */
    boolean workLeft();
}
