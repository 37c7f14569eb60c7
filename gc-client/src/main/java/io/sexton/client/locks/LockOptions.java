package io.sexton.client.locks;

import io.sexton.v1.LockMode;
import java.time.Duration;

/**
 * The options of a lock. Immutable, so safe for use by any thread.
 */
public final class LockOptions {

    private static final Duration SHORTEST_LEASE = Duration.ofMillis(400);

    private final LockMode mode;
    private final String purpose;
    private final Duration lease;
    private final Duration maxWait;
    private final boolean renewed;
    private final LockListener listener;

    private LockOptions(
            LockMode mode, String purpose, Duration lease, Duration maxWait, boolean renewed, LockListener listener) {
        this.mode = mode;
        this.purpose = purpose;
        this.lease = lease;
        this.maxWait = maxWait;
        this.renewed = renewed;
        this.listener = listener;
    }

    /**
     * Returns the options of a lock that does not wait and is renewed in the background.
     *
     * @param purpose description for people, also sent to holders that are requested to yield
     * @param lease time for which the lock is held without a renewal, also after a crash of its owner; at least 400 ms.
     *     The lock-coordinator rejects very long leases
     * @throws IllegalArgumentException if the mode is not specified or the lease is below 400 ms
     */
    public static LockOptions of(LockMode mode, String purpose, Duration lease) {
        if (mode == LockMode.LOCK_MODE_UNSPECIFIED || mode == LockMode.UNRECOGNIZED) {
            throw new IllegalArgumentException("the mode of a lock is not specified");
        }
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("lease " + lease + " is below " + SHORTEST_LEASE);
        }
        return new LockOptions(mode, purpose, lease, Duration.ZERO, true, LockListener.NONE);
    }

    /**
     * Returns options with an upper bound on the wait in the queue, in log time. The request is rejected after that.
     *
     * @throws IllegalArgumentException if the length is negative
     */
    public LockOptions maxWait(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("max_wait " + longest + " is negative");
        }
        return new LockOptions(mode, purpose, lease, longest, renewed, listener);
    }

    /** Returns options without renewal in the background. The owner calls {@link RegionLock#renew}. */
    public LockOptions notRenewed() {
        return new LockOptions(mode, purpose, lease, maxWait, false, listener);
    }

    /** Returns options with a listener for changes of the lock. */
    public LockOptions listener(LockListener receiver) {
        return new LockOptions(mode, purpose, lease, maxWait, renewed, receiver);
    }

    /** Returns the mode. */
    public LockMode mode() {
        return mode;
    }

    /** Returns the description for people. */
    public String purpose() {
        return purpose;
    }

    /** Returns the time for which the lock is held without a renewal. */
    public Duration lease() {
        return lease;
    }

    /** Returns the upper bound on the wait in the queue, in log time. */
    public Duration maxWait() {
        return maxWait;
    }

    /** Returns whether the lock is renewed in the background. */
    public boolean isRenewed() {
        return renewed;
    }

    /** Returns the listener for changes of the lock. */
    public LockListener listener() {
        return listener;
    }
}
