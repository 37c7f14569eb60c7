package io.sexton.client;

import java.time.Duration;

/** An interest in a region's notices, until it is closed. Safe for use by any thread. */
public interface Subscription extends AutoCloseable {

    /**
     * Waits until every notice that is published from now on will be handed over.
     *
     * @throws PublishException if the notices cannot be read in time; this goes on trying
     */
    void awaitReady(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
