package io.sexton.sources.rocksdb;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single thread of a region's leader. It applies the events of RocksDB to shared storage, one by one, in RocksDB's
 * order. So commits, their events, and snapshots of the manifest have one order without a further lock.
 *
 * <p>After a failure it does nothing more: a next leader must open the region in a new epoch.
 *
 * <p>Safe for use by any thread.
 */
final class RegionLeader {

    private static final Logger LOG = LoggerFactory.getLogger(RegionLeader.class);
    private static final Duration UPKEEP_EVERY = Duration.ofMillis(250);

    private final String name;
    private final SharedStorageCommits commits;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean snapshotIsQueued = new AtomicBoolean();
    private final CompletableFuture<RegionStoppedException> stopped = new CompletableFuture<>();

    /** Guards the fields below; notified when they change. */
    private final Object state = new Object();

    private int backlog;
    private @Nullable Throwable failure;
    private boolean closed;

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
    void accept(RocksDbEvent event) {
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

    /**
     * Waits while more steps than this are pending: writers of the database wait here, so that what shared storage does
     * not have yet does not grow without a bound.
     *
     * @throws RegionStoppedException if it has failed
     */
    void awaitBacklog(int atMost) throws InterruptedException {
        synchronized (state) {
            while (failure == null && backlog > atMost) {
                state.wait();
            }
        }
        requireRunning();
    }

    /** @throws RegionStoppedException if it has failed */
    void requireRunning() {
        synchronized (state) {
            if (failure != null) {
                throw new RegionStoppedException(name, failure);
            }
        }
    }

    /** Returns the future of a failure; never completed without one. */
    CompletableFuture<RegionStoppedException> stopped() {
        return stopped;
    }

    /**
     * Does work after all events received before, and waits for it.
     *
     * @throws RegionStoppedException if it has failed, by this work or earlier, or is closed
     */
    void run(Work work, Duration atMost) throws InterruptedException, TimeoutException {
        try {
            thread.submit(() -> guarded(work)).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | RejectedExecutionException e) {
            throw new RegionStoppedException(name, e);
        } catch (TimeoutException e) {
            throw new TimeoutException("the " + name + " did not finish within " + atMost);
        }
        requireRunning();
    }

    private void execute(Work work) {
        changeBacklog(1);
        try {
            thread.execute(() -> {
                changeBacklog(-1);
                guarded(work);
            });
        } catch (RejectedExecutionException e) {
            // Closed: RocksDB and Sexton may still call back, but the leadership has ended.
            changeBacklog(-1);
        }
    }

    private void changeBacklog(int by) {
        synchronized (state) {
            backlog += by;
            state.notifyAll();
        }
    }

    private void guarded(Work work) {
        synchronized (state) {
            if (failure != null) {
                return;
            }
        }
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        } catch (Exception | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        synchronized (state) {
            failure = cause;
            state.notifyAll();
            if (closed) {
                // Interrupted in the middle of a step: no failure.
                return;
            }
        }
        LOG.error(
                "The {} has stopped. Shared storage keeps its last committed manifest; open the region again in a higher"
                        + " epoch",
                name,
                cause);
        stopped.complete(new RegionStoppedException(name, cause));
    }

    /**
     * Stops at once. What was not done is never done.
     *
     * @param atMost time to wait for a step that is under way; a store or a manifest on a dead file system may block
     */
    void close(Duration atMost) {
        synchronized (state) {
            closed = true;
        }
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "The {} was closed, but a step of it is still under way. Do not open the region again in this"
                                + " process before the shared storage responds: this step may still commit",
                        name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    interface Work {
        void run() throws Exception;
    }
}
