package io.sexton.simulation.service;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.apply.PartitionFold;
import java.util.List;

/**
 * A second fold of a partition's log, as far as it is folded live, without crashes.
 *
 * @param fold after the last record
 * @param emitted all its outputs
 */
public record Replay(Fold fold, List<Output.Emitted> emitted) {

    /** Returns what the fold knows of a file. */
    public String explain(RegionId region, FilePath path) {
        return fold instanceof PartitionFold events
                ? events.explain(region, path).toString()
                : "nothing";
    }
}
