package io.sexton.client;

import io.sexton.v1.LockMode;
import java.time.Duration;

/**
 * How a lock is asked for and held. Immutable.
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
     * A lock that does not wait and is renewed in the background.
     *
     * @param purpose for those who are asked to yield, and for people
     * @param lease how long it outlives its owner, at least 400 ms. The lock-coordinator turns very long ones down
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

    /** Waits in the queue for so long, by the log's clock, before the request is turned down. */
    public LockOptions maxWait(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("max_wait " + longest + " is negative");
        }
        return new LockOptions(mode, purpose, lease, longest, renewed, listener);
    }

    /** Leaves it to the owner to call {@link RegionLock#renew}. */
    public LockOptions notRenewed() {
        return new LockOptions(mode, purpose, lease, maxWait, false, listener);
    }

    /** Tells this what becomes of the lock. */
    public LockOptions listener(LockListener told) {
        return new LockOptions(mode, purpose, lease, maxWait, renewed, told);
    }

    LockMode mode() {
        return mode;
    }

    String purpose() {
        return purpose;
    }

    Duration lease() {
        return lease;
    }

    Duration maxWait() {
        return maxWait;
    }

    boolean isRenewed() {
        return renewed;
    }

    LockListener listener() {
        return listener;
    }
}
