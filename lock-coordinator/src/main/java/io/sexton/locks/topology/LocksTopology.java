package io.sexton.locks.topology;

import io.sexton.fold.core.Placement;
import io.sexton.fold.state.PersistentStores;
import io.sexton.fold.topology.AppliedOffset;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.Ticker;
import io.sexton.locks.core.Output;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * The complete wiring of lock-coordinator:
 *
 * <pre>
 *  gc.lock-requests ── requests ── fold ──┬── lock-events ── gc.lock-events
 *                                   │     └── dead-letters ─ gc.dead-letters
 *                            locks, position
 * </pre>
 *
 * Names are part of the changelogs' names: a change of one loses the state. A golden file fixes them.
 */
public final class LocksTopology {
    static final String LOCKS = "locks";
    static final String TO_EVENTS = "lock-events";
    static final String TO_DEAD_LETTERS = "dead-letters";

    private LocksTopology() {}

    /**
     * Returns the topology.
     *
     * @param namespace namespace of the topics
     * @param tickInterval interval at which each partition is checked for a lease that begins or ends, or for a minute
     *     without a tick
     * @param placement rule for the keys that are valid in a partition
     * @param listener receives every output, on the threads of Kafka Streams; again after an aborted transaction
     * @param clockLag receives the time by which clocks are behind
     */
    public static Topology build(
            Namespace namespace,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            Consumer<Output> listener,
            ClockLag clockLag) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("requests", in, in, namespace.topic(Topics.LOCK_REQUESTS))
                .addProcessor(
                        "fold",
                        () -> new LockProcessor(ticker, tickInterval, placement, listener, clockLag),
                        "requests")
                .addStateStore(PersistentStores.uncached(LOCKS), "fold")
                .addStateStore(AppliedOffset.store(), "fold")
                .addSink(TO_EVENTS, namespace.topic(Topics.LOCK_EVENTS), out, out, "fold")
                .addSink(TO_DEAD_LETTERS, namespace.topic(Topics.DEAD_LETTERS), out, out, "fold");
    }
}
