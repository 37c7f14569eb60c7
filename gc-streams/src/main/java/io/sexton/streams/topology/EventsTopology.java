package io.sexton.streams.topology;

import io.sexton.fold.core.Placement;
import io.sexton.fold.state.PersistentStores;
import io.sexton.fold.topology.AppliedOffset;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
 *
 * <p>Names are part of the changelogs' names: a change of one loses the state. A test compares them with a golden file.
 */
public final class EventsTopology {
    static final String FILES = "files";
    static final String SCHEDULE = "schedule";
    static final String REGIONS = "regions";
    static final String TO_COMMANDS = "commands";
    static final String TO_NOTICES = "notices";
    static final String TO_DEAD_LETTERS = "dead-letters";

    private EventsTopology() {}

    /**
     * Builds the topology.
     *
     * @param namespace of the topics
     * @param tickInterval the interval of the checks of each partition for due work, or for a minute without a tick
     * @param placement the keys that may occur in each partition
     * @param policies appended to the log if they are missing
     */
    public static Topology build(
            Namespace namespace,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            ConfiguredPolicies policies,
            FoldMetrics metrics) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("events", in, in, namespace.topic(Topics.EVENTS))
                .addProcessor(
                        "fold", () -> new FoldProcessor(ticker, tickInterval, placement, policies, metrics), "events")
                .addStateStore(PersistentStores.uncached(FILES), "fold")
                .addStateStore(PersistentStores.uncached(SCHEDULE), "fold")
                // Cached, because a region's row changes with each of its events.
                .addStateStore(PersistentStores.cached(REGIONS), "fold")
                .addStateStore(AppliedOffset.store(), "fold")
                .addSink(TO_COMMANDS, namespace.topic(Topics.DELETE_COMMANDS), out, out, "fold")
                .addSink(TO_NOTICES, namespace.topic(Topics.NOTICES), out, out, "fold")
                .addSink(TO_DEAD_LETTERS, namespace.topic(Topics.DEAD_LETTERS), out, out, "fold");
    }
}
