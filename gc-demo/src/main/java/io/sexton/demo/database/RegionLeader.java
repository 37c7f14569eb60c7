package io.sexton.demo.database;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The single thread of a region's leader. It applies the events of RocksDB to shared storage, one by one, in RocksDB's
 * order. So commits, their events, and snapshots of the manifest have one order without a further lock.
 *
 * <p>After a failure it does nothing more: a next leader must open the region in a new epoch.
 *
 * <p>Safe for use by any thread.
 */
final class RegionLeader implements AutoCloseable {

    private static final Duration UPKEEP_EVERY = Duration.ofMillis(250);

    private final String name;
    private final SharedStorageCommits commits;
    private final ScheduledExecutorService thread;
    private final AtomicInteger backlog = new AtomicInteger();
    private final AtomicBoolean snapshotIsQueued = new AtomicBoolean();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private RegionLeader(String name, SharedStorageCommits commits) {
        this.name = name;
        this.commits = commits;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            return made;
        });
    }

    /** Begins to work. */
    static RegionLeader start(String name, SharedStorageCommits commits) {
        RegionLeader leader = new RegionLeader(name, commits);
        Future<?> unused = leader.thread.scheduleWithFixedDelay(
                () -> leader.guarded(commits::keepCompactionsAlive),
                UPKEEP_EVERY.toMillis(),
                UPKEEP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        return leader;
    }

    /** Takes what RocksDB has done. Never blocks. */
    void accept(EngineEvent event) {
        execute(() -> commits.follow(event));
    }

    /** Receives Sexton's request for a snapshot of the manifest. Never blocks. */
    void snapshotRequested() {
        if (snapshotIsQueued.compareAndSet(false, true)) {
            execute(() -> {
                // Before it begins: a request that comes meanwhile may be about something newer.
                snapshotIsQueued.set(false);
                commits.publishSnapshot();
            });
        }
    }

    /** Returns the number of pending events: writers of the database wait while it is large. */
    int backlog() {
        return backlog.get();
    }

    /** @throws IllegalStateException if it has failed */
    void requireRunning() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the " + name + " has stopped: " + failed.getMessage(), failed);
        }
    }

    /**
     * Waits until all events received before are applied. Everything must be committed then.
     *
     * @throws IllegalStateException if it has failed, or a commit of RocksDB could not be applied
     */
    void drain(Duration atMost) throws InterruptedException, TimeoutException {
        try {
            thread.submit(() -> guarded(commits::requireNothingOpen)).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        requireRunning();
    }

    private void execute(Work work) {
        backlog.incrementAndGet();
        try {
            thread.execute(() -> {
                backlog.decrementAndGet();
                guarded(work);
            });
        } catch (RejectedExecutionException e) {
            // Closed: RocksDB and Sexton may still call back, but the leadership has ended.
            backlog.decrementAndGet();
        }
    }

    private void guarded(Work work) {
        if (failure.get() != null) {
            return;
        }
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure.set(e);
        }
    }

    /** Stops at once. What was not done is never done. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private interface Work {
        void run() throws Exception;
    }
}
