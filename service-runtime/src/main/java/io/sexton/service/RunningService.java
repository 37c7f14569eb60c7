package io.sexton.service;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A service that runs in this process, with the operations that all services have in common.
 *
 * @param name for people and logs
 * @param ready true if it works now
 * @param failure completes with the failure that has stopped it permanently
 * @param stop stops it in good order; returns when it has stopped
 */
public record RunningService(String name, BooleanSupplier ready, CompletableFuture<Throwable> failure, Runnable stop)
        implements AutoCloseable {

    @Override
    public void close() {
        stop.run();
    }
}
