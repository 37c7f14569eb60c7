package io.sexton.streams.topology;

import io.sexton.fold.core.Placement;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.FoldTopology;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Namespace;
import io.sexton.streams.apply.PartitionFold;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.Topology;

/**
 * The complete topology of gc-streams:
 *
 * <pre>
 *  gc.events ── events ── fold ──┬── commands ───── gc.delete-commands
 *                          │     ├── notices ────── gc.notices
 *             files, schedule,   └── dead-letters ─ gc.dead-letters
 *         regions, position
 * </pre>
 */
public final class EventsTopology {
    private EventsTopology() {}

    /**
     * Builds the topology.
     *
     * @param policies appended to the log if they are missing
     * @param metrics shared by all partitions
     */
    public static Topology build(
            Namespace namespace,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            ConfiguredPolicies policies,
            FoldListener<? super PartitionFold> metrics,
            ClockLag clockLag) {
        return FoldTopology.build(
                PartitionFold.DEFINITION,
                namespace,
                ticker,
                tickInterval,
                placement,
                clockLag,
                () -> List.of(metrics, new StuckWarnings(), new PolicyAppender(policies)));
    }
}
