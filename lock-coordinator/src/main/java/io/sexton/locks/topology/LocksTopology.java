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
 * The wiring of lock-coordinator, all of it:
 *
 * <pre>
 *  gc.lock-requests ── requests ── fold ──┬── lock-events ── gc.lock-events
 *                                   │     └── dead-letters ─ gc.dead-letters
 *                            locks, position
 * </pre>
 *
 * Names are part of the changelogs' names: a change of one loses the state. A golden file holds them.
 */
public final class LocksTopology {
    static final String LOCKS = "locks";
    static final String TO_EVENTS = "lock-events";
    static final String TO_DEAD_LETTERS = "dead-letters";

    private LocksTopology() {}

    /**
     * @param namespace of the topics
     * @param tickInterval how often a partition is looked at for a lease that begins or ends, or for a minute without a tick
     * @param placement which keys may stand in which partition
     * @param said is told of every output, by the threads of Kafka Streams; a transaction that is aborted says it again
     * @param clockLag takes how far the clocks are behind
     */
    public static Topology build(
            Namespace namespace,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            Consumer<Output> said,
            ClockLag clockLag) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("requests", in, in, namespace.topic(Topics.LOCK_REQUESTS))
                .addProcessor(
                        "fold", () -> new LockProcessor(ticker, tickInterval, placement, said, clockLag), "requests")
                .addStateStore(PersistentStores.uncached(LOCKS), "fold")
                .addStateStore(AppliedOffset.store(), "fold")
                .addSink(TO_EVENTS, namespace.topic(Topics.LOCK_EVENTS), out, out, "fold")
                .addSink(TO_DEAD_LETTERS, namespace.topic(Topics.DEAD_LETTERS), out, out, "fold");
    }
}
