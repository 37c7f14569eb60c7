package io.sexton.client.spi;

import io.sexton.client.SextonClient;
import java.util.concurrent.Executor;

/**
 * The environment of a client: the log, time and executors. {@link SextonClient#builder} uses Kafka and threads. Tests
 * and simulations of a database without brokers supply other implementations, and run the same code that counts pins
 * and leases.
 */
public interface ClientPorts {

    /**
     * Returns the prefix of all ids of this process start, which is also the owner of its locks. It must be unique
     * among all process starts, because the fold treats a known id as a repeat.
     */
    String processId();

    /** Returns the writer that appends to the log. */
    LogWriter log();

    /**
     * Returns a feed that reads a topic's answers into the sink. Each partition is read once a region of it is
     * followed.
     */
    AnswerFeed answers(String topic, AnswerFeed.Sink sink);

    /** Returns the clock on which leases, time-to-lives and timeouts are counted. */
    MonotonicClock clock();

    /** Returns the timers. Their actions never block. */
    Timers timers();

    /**
     * Returns the executor for sends that no caller waits for: one at a time, in order. It may block while the log
     * cannot be reached.
     */
    Executor sends();

    /** Returns the executor that calls listeners and completes the futures of locks. */
    Executor callbacks();
}
