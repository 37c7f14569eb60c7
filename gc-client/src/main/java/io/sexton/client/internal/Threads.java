package io.sexton.client.internal;

import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import java.util.concurrent.Executor;

/**
 * The clock and executors of a client.
 *
 * @param clock clock on which leases, time-to-lives and timeouts are counted
 * @param timers timers, whose actions never block
 * @param sends executor for sends that no caller waits for, in order, on one thread that may block while the broker
 *     cannot be reached
 * @param callbacks executor that calls listeners and completes the futures of locks
 */
public record Threads(MonotonicClock clock, Timers timers, Executor sends, Executor callbacks) {}
