package io.sexton.client;

import java.util.concurrent.Executor;

/**
 * Where the client's own work runs.
 *
 * @param clock what all counts are taken on
 * @param timers wakes up; never blocks
 * @param sends sends what nobody waits for, in order, on one thread that may block while the broker cannot be reached
 * @param callbacks calls the owners
 */
record Threads(MonotonicClock clock, Timers timers, Executor sends, Executor callbacks) {}
