package io.sexton.deleter.core;

import java.time.Duration;

/**
 * Bounds of a deleter's work.
 *
 * @param parallelCalls storage calls of one store in flight at once, each of another region
 * @param filesPerCall files in one storage call
 * @param callTimeout how long a storage call may take, repetitions included
 * @param idleRelease how long a lock is kept without work
 * @param lockWait how long a command waits for its region's lock before it is reported as retryable, or, where nothing may
 *     be reported yet, before the lock is requested again
 * @param fenceWait how long it waits for the fence
 * @param lockedRegions regions of one store whose lock is held or requested at once
 * @param readAheadBytes commands and unpublished reports that are kept of one partition
 */
public record DeleterSettings(
        int parallelCalls,
        int filesPerCall,
        Duration callTimeout,
        Duration idleRelease,
        Duration lockWait,
        Duration fenceWait,
        int lockedRegions,
        long readAheadBytes) {

    /** The defaults of {@code docs/config/deleter.yaml}. */
    public static final DeleterSettings DEFAULTS = new DeleterSettings(
            8,
            250,
            Duration.ofSeconds(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            1_000,
            16L << 20);

    /** @throws IllegalArgumentException if a bound is not positive */
    public DeleterSettings {
        if (parallelCalls < 1 || filesPerCall < 1 || lockedRegions < 1 || readAheadBytes < 1) {
            throw new IllegalArgumentException("every bound must be at least 1");
        }
        if (!callTimeout.isPositive()
                || idleRelease.isNegative()
                || !lockWait.isPositive()
                || !fenceWait.isPositive()) {
            throw new IllegalArgumentException("every time must be positive");
        }
    }
}
