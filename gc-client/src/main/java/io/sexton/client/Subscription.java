package io.sexton.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A subscription to a region's notices, until it is closed. Safe for use by any thread. */
public interface Subscription extends AutoCloseable {

    /**
     * Waits until every notice that is published from now on will be delivered.
     *
     * @throws PublishException if the notices cannot be read in time; the subscription continues to retry
     */
    void awaitReady(Duration timeout) throws InterruptedException;

    /** Waits, as {@link #awaitReady}, without blocking. The callback executor completes the future. */
    CompletableFuture<Void> awaitReadyAsync(Duration timeout);

    /** Ends the subscription, without blocking. A call of the listener that is under way is not interrupted. */
    @Override
    void close();
}
