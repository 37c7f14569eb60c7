package io.sexton.client.internal;

import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one daemon thread. */
final class ThreadTimers implements Timers, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadTimers.class);

    private final ScheduledThreadPoolExecutor executor;
    private final MonotonicClock clock;

    ThreadTimers(String threadName, MonotonicClock clock) {
        this.clock = clock;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Task at(Deadline deadline, Runnable action) {
        Runnable logged = () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("A timed action failed", e);
            }
        };
        try {
            Future<?> scheduled = executor.schedule(
                    logged, deadline.remaining(clock.nanoTime()).toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            // The client is closed, so no deadline matters.
            return () -> {};
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
