package io.sexton.client;

import java.util.concurrent.Executor;

/**
 * What a client stands on: the log, time, and where its own work runs. {@link SextonClient#builder} brings Kafka and
 * threads. Whoever tests or simulates a database without brokers brings others, and runs the very code that counts pins
 * and leases.
 */
public interface ClientPorts {

    /**
     * What every id of this process start begins with, and the owner of its locks; no other start may have it: the fold
     * takes an id that it knows for a repeat.
     */
    String processId();

    /** Appends to the log. */
    LogWriter log();

    /** Reads a topic's answers into the sink, each partition from when somebody follows a region of it. */
    AnswerFeed answers(String topic, AnswerFeed.Sink sink);

    /** What all counts are taken on. */
    MonotonicClock clock();

    /** Wakes up; never blocks. */
    Timers timers();

    /** Sends what nobody waits for: one at a time, in order. May block while the log cannot be reached. */
    Executor sends();

    /** Calls the owners. */
    Executor callbacks();
}
