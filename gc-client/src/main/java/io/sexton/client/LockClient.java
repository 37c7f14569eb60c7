package io.sexton.client;

import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * The client for locks of regions. All locks of one client have one owner, which is unique among process starts.
 *
 * <p>Safe for use by any thread.
 */
public final class LockClient {

    private final LockParts parts;
    private final Set<RegionLock> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LockClient(LockParts parts) {
        this.parts = parts;
    }

    /** Returns the owner of the locks, which identifies this process start to the lock-coordinator. */
    public String owner() {
        return parts.owner();
    }

    /**
     * Acquires a lock. Waits in the queue for at most {@link LockOptions#maxWait}, and in addition for the answer.
     *
     * @return the lock, held
     * @throws LockUnavailableException if the request was rejected, timed out or was not answered, or if the client is
     *     closed; the lock is not held, and a late grant is released
     */
    public RegionLock acquire(RegionId region, LockOptions options)
            throws InterruptedException, LockUnavailableException {
        RegionLock lock = lock(region, options);
        boolean held = false;
        try {
            lock.acquire().get();
            held = true;
            return lock;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LockUnavailableException unavailable) {
                throw unavailable;
            }
            throw Futures.rethrown(e.getCause() == null ? e : e.getCause());
        } finally {
            if (!held) {
                lock.close();
            }
        }
    }

    /**
     * Acquires a lock without blocking.
     *
     * @return a future that the callback executor completes with the lock, held. It fails with a
     *     {@link LockUnavailableException}, also when the client is closed. Its cancellation cancels the request
     */
    public CompletableFuture<RegionLock> acquireAsync(RegionId region, LockOptions options) {
        RegionLock lock = lock(region, options);
        // WARNING: failures are reported by the executor, too. A rejection is processed under the monitor of the lock;
        // a
        // callback that ran there and waited for another lock could deadlock.
        CompletableFuture<RegionLock> result = lock.acquire()
                .whenCompleteAsync((held, failure) -> {}, parts.threads().callbacks());
        Futures.whenDone(result, held -> {}, failure -> lock.close());
        return result;
    }

    /**
     * Acquires the locks of several regions in sorted order, so that two callers with the same regions cannot deadlock.
     *
     * @param options the options of each lock
     * @throws LockUnavailableException if a lock was not granted, or was lost during the wait for a later one; no lock
     *     is held then
     */
    public RegionLocks acquireAll(Collection<RegionId> regions, LockOptions options)
            throws InterruptedException, LockUnavailableException {
        List<RegionLock> taken = new ArrayList<>();
        boolean complete = false;
        try {
            for (RegionId region : new TreeSet<>(regions)) {
                taken.add(acquire(region, options));
            }
            RegionLocks all = new RegionLocks(taken);
            for (RegionLock lock : taken) {
                if (!lock.isHeld()) {
                    throw new LockUnavailableException(lock.region(), "lost while others were waited for");
                }
            }
            complete = true;
            return all;
        } finally {
            if (!complete) {
                new RegionLocks(taken).close();
            }
        }
    }

    void close() {
        closed = true;
        List.copyOf(open).forEach(RegionLock::endWithClient);
    }

    private RegionLock lock(RegionId region, LockOptions options) {
        RegionLock lock = new RegionLock(parts, region, options, open::remove);
        open.add(lock);
        if (closed) {
            // Checked after the lock was added: a lock that close() did not find ends itself here.
            lock.endWithClient();
        }
        return lock;
    }
}
