package io.sexton.fold.topology;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.FoldDefinition.Endpoint;
import io.sexton.fold.core.FoldDefinition.Store;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.PersistentStores;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * The topology of any fold:
 *
 * <pre>
 *  input ── source ── fold ──┬── one sink for each output topic
 *                       │    └── dead-letters ─ gc.dead-letters
 *           its stores, position
 * </pre>
 *
 * The names of nodes and stores come from the definition. A test of each fold compares them with a golden file.
 */
public final class FoldTopology {
    static final String FOLD = "fold";
    static final String DEAD_LETTERS = "dead-letters";

    private FoldTopology() {}

    /**
     * Builds the topology.
     *
     * @param tickInterval the interval of the checks of each partition for due work, or for a minute without a tick
     * @param placement the keys that may occur in each partition
     * @param clockLag receives the time by which clocks are behind
     * @param listeners creates the listeners of one partition
     */
    public static <F extends Fold> Topology build(
            FoldDefinition<F> definition,
            Namespace namespace,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            ClockLag clockLag,
            Supplier<List<FoldListener<? super F>>> listeners) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        String source = definition.input().node();
        CommitPace pace = new CommitPace(System::nanoTime);
        Topology topology = new Topology()
                .addSource(source, in, in, namespace.topic(definition.input().topic()))
                .addProcessor(
                        FOLD,
                        () -> new FoldProcessor<>(
                                definition, ticker, tickInterval, placement, clockLag, listeners.get(), pace),
                        source);
        for (Store store : definition.stores()) {
            topology.addStateStore(PersistentStores.of(store.name(), store.cached()), FOLD);
        }
        topology.addStateStore(AppliedOffset.store(), FOLD);
        for (Endpoint output : definition.outputs()) {
            topology.addSink(output.node(), namespace.topic(output.topic()), out, out, FOLD);
        }
        return topology.addSink(DEAD_LETTERS, namespace.topic(Topics.DEAD_LETTERS), out, out, FOLD);
    }
}
