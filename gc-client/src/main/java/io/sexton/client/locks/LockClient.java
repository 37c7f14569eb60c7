package io.sexton.client.locks;

import io.sexton.client.LockUnavailableException;
import io.sexton.proto.RegionId;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * The client for locks of regions. All locks of one client have one owner, which is unique among process starts.
 *
 * <p>Safe for use by any thread.
 */
public interface LockClient {

    /** Returns the owner of the locks, which identifies this process start to the lock-coordinator. */
    String owner();

    /**
     * Acquires a lock. Waits in the queue for at most {@link LockOptions#maxWait}, and in addition for the answer.
     *
     * @return the lock, held
     * @throws LockUnavailableException if the request was rejected, timed out or was not answered, or if the client is
     *     closed; the lock is not held, and a late grant is released
     */
    RegionLock acquire(RegionId region, LockOptions options) throws InterruptedException;

    /**
     * Acquires a lock, as {@link #acquire}, without blocking.
     *
     * @return a future that the callback executor completes with the lock, held. It fails with a
     *     {@link LockUnavailableException}, also when the client is closed. Its cancellation cancels the request
     */
    CompletableFuture<RegionLock> acquireAsync(RegionId region, LockOptions options);

    /**
     * Acquires the locks of several regions in sorted order, so that two callers with the same regions cannot deadlock.
     *
     * @param options the options of each lock
     * @throws LockUnavailableException if a lock was not granted, or was lost during the wait for a later one; no lock
     *     is held then
     */
    RegionLocks acquireAll(Collection<RegionId> regions, LockOptions options) throws InterruptedException;

    /**
     * Acquires the locks of several regions, as {@link #acquireAll}, without blocking.
     *
     * @return a future that the callback executor completes with the locks, all held. Its cancellation releases those
     *     that are held and cancels the other requests
     */
    CompletableFuture<RegionLocks> acquireAllAsync(Collection<RegionId> regions, LockOptions options);
}
