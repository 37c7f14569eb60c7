package io.sexton.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells when the process is asked to end (SIGTERM, SIGINT), and holds the end back until everything has stopped in good
 * order, at most {@link #PATIENCE}. What is not done by then is as if the process were killed: nothing is lost, others
 * only take longer to take over.
 */
public final class StopSignal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread hook = new Thread(this::onShutdown, "stop-signal");

    public StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Completes when the process is asked to end. */
    public CompletableFuture<Void> asked() {
        return asked;
    }

    /** Everything has stopped: the process may end. */
    @Override
    public void close() {
        stopped.complete(null);
        if (!asked.isDone()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It has begun meanwhile, and finds everything stopped.
            }
        }
    }

    private void onShutdown() {
        asked.complete(null);
        stopped.completeOnTimeout(null, PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
