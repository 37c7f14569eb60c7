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
 * Takes locks of regions. All locks of one client have one owner, which no other process start has.
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

    /** The name under which the lock-coordinator knows this process start. */
    public String owner() {
        return parts.owner();
    }

    /**
     * Takes a lock, waiting for it as long as the options say and, beyond that, for the answer.
     *
     * @return the lock, held
     * @throws LockUnavailableException if it was turned down, waited for in vain, or not answered, or if the client is
     *     closed; it is not held, and a grant that comes all the same is released
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
     * Takes a lock without blocking.
     *
     * @return completed by the callback executor with the lock, held, or fails with a {@link LockUnavailableException},
     *     also when the client is closed. Cancelling it gives the request up
     */
    public CompletableFuture<RegionLock> acquireAsync(RegionId region, LockOptions options) {
        RegionLock lock = lock(region, options);
        // WARNING: failures by the executor, too. A lock is refused under its own monitor, with which a caller that
        // ran there would wait for others.
        CompletableFuture<RegionLock> result = lock.acquire()
                .whenCompleteAsync((held, failure) -> {}, parts.threads().callbacks());
        Futures.whenDone(result, held -> {}, failure -> lock.close());
        return result;
    }

    /**
     * Takes the locks of several regions in sorted order, so that two who want the same ones cannot wait for each other.
     *
     * @param options of each of them
     * @throws LockUnavailableException if one was not granted, or one was lost while a later one was waited for; none
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
            // Looked at after it was added: what close() does not find sees that it has been called.
            lock.endWithClient();
        }
        return lock;
    }
}
