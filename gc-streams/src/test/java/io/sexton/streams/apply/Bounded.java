package io.sexton.streams.apply;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.streams.state.Stores;
import java.util.function.Consumer;

/** The factory of folds with lower bounds than in production, so that small logs reach them. */
public final class Bounded {
    private Bounded() {}

    /** Creates a fold with {@code looks} and {@code moves} as in {@link Bounds}. */
    public static PartitionFold fold(int partition, int looks, int moves, Stores stores, Consumer<Output> sink) {
        return new PartitionFold(partition, stores, Placement.UNCHECKED, sink, new Bounds(looks, moves));
    }
}
