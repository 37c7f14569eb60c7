package io.sexton.client.locks;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.PublishException;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A region's lock, held by this process (I4). {@link LockClient} returns it once it is granted.
 *
 * <p>It is held while {@link #isHeld} returns true: for 0.75 of the lease on the monotonic clock, from before the
 * request or renewal was sent that was answered last. That is exact at any time, however late a callback is. Unless
 * {@link LockOptions#notRenewed} was set, it is renewed in the background, four times a lease, and at once if less than
 * half of its lease is left when it is granted. A lost lock stays lost.
 *
 * <p>Safe for use by any thread. No method but {@link #renew} blocks.
 */
public interface RegionLock extends AutoCloseable {

    /** Returns the region that is locked. */
    RegionId region();

    /**
     * Returns the token of this grant.
     *
     * @throws IllegalStateException if the lock was not granted
     */
    FencingToken token();

    /** Returns whether the lock is certainly held now. */
    boolean isHeld();

    /**
     * Returns the time for which the lock is certainly held, even if no renewal is answered; zero if it is not held.
     * Start no operation that may take longer, timeouts and retries included.
     */
    Duration remaining();

    /**
     * Returns the purpose of the waiter for which this lock is requested to yield; empty if there is no such request.
     * After a gap in the answers it may be the cause of the gap instead, because a request to yield may have been
     * missed.
     */
    Optional<String> yieldRequested();

    /**
     * Requests a new lease of full length, and waits until the lease is extended. Owners of a lock that is
     * {@linkplain LockOptions#notRenewed not renewed} in the background call it in time.
     *
     * @throws LockUnavailableException if the lock is not held, or is lost before an answer comes
     * @throws PublishException if no acknowledgement of the request came; the lock is held for what remains of its lease
     */
    void renew() throws InterruptedException;

    /** Requests a new lease, as {@link #renew}, without blocking. The callback executor completes the future. */
    CompletableFuture<Void> renewAsync();

    /**
     * Releases the lock, without blocking. It is no longer held when this returns. If the release does not reach the
     * log, the lock expires at the end of its lease.
     */
    @Override
    void close();
}
