package io.sexton.fold.core;

import com.google.protobuf.MessageLite;
import io.sexton.v1.Tick;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The description of a fold: all that is needed to run it in Kafka Streams, in a replay, or in a simulation. Names of nodes
 * and stores are parts of the changelogs' names: a change of one loses the state.
 *
 * @param input the log that is folded
 * @param stores each partition's stores
 * @param outputs the topics of {@link Output.Emitted}
 * @param tickMessage wraps a tick as a message of the input topic
 * @param dueWork the effect of the clock in words, for warnings: "files fall due"
 */
public record FoldDefinition<F extends Fold>(
        Endpoint input,
        List<Store> stores,
        List<Endpoint> outputs,
        Function<Tick, MessageLite> tickMessage,
        String dueWork,
        Factory<F> factory) {

    /**
     * A topic with the node of the topology that reads or writes it.
     *
     * @param topic without the namespace
     */
    public record Endpoint(String node, String topic) {}

    /**
     * A store of a fold.
     *
     * @param cached for few rows that many records change. Without a cache for rows that are rarely written twice between two
     *     commits, and for keys that are read in order: before each page the cache of Streams copies every key of the range
     *     that it holds (I9)
     */
    public record Store(String name, boolean cached) {}

    /** The constructor of a fold. */
    @FunctionalInterface
    public interface Factory<F extends Fold> {
        /**
         * Creates the fold of a partition.
         *
         * @param stores by name; of that partition alone, as the last applied record left them
         * @param placement the keys that may occur in that partition
         * @param sink receives the outputs, in order, while a record is applied
         */
        F create(int partition, Function<String, OrderedStore> stores, Placement placement, Consumer<Output> sink);
    }

    public FoldDefinition {
        stores = List.copyOf(stores);
        outputs = List.copyOf(outputs);
    }

    /** Returns the value of a tick's record on the input topic. */
    public byte[] valueOf(Tick tick) {
        return tickMessage.apply(tick).toByteArray();
    }
}
