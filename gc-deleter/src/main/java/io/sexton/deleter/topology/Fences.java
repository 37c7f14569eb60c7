package io.sexton.deleter.topology;

import io.sexton.v1.RegionEvent;
import java.util.function.Consumer;

/** The publisher of fences. Safe for use by any thread; does not block. */
@FunctionalInterface
public interface Fences {

    /**
     * Publishes a fence, outside any transaction.
     *
     * @param onFailure accepts the reason if the fence does not reach the log
     */
    void publish(RegionEvent fence, Consumer<String> onFailure);
}
