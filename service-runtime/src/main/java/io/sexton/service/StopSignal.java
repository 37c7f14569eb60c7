package io.sexton.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A shutdown hook that signals the end of the process (SIGTERM, SIGINT), and delays it until everything has stopped in
 * good order, at most {@link #TIMEOUT}. Work that is unfinished then is treated as after a kill: nothing is lost, but
 * other instances take over later.
 */
public final class StopSignal implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread hook = new Thread(this::onShutdown, "stop-signal");

    public StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns a future that completes when the process is to end. */
    public CompletableFuture<Void> requested() {
        return requested;
    }

    /** Lets the process end, because everything has stopped. */
    @Override
    public void close() {
        stopped.complete(null);
        if (!requested.isDone()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It has begun meanwhile, and finds everything stopped.
            }
        }
    }

    private void onShutdown() {
        requested.complete(null);
        stopped.completeOnTimeout(null, TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
