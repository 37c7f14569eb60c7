package io.sexton.deleter.storage.s3;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A limit on requested keys a second: reduced when the storage throttles, slowly increased while it does not.
 *
 * <p>Counted in keys, because a bulk request of many keys costs the storage as much as that many requests. Safe for use
 * by many threads.
 */
final class AdaptiveRate {

    /** One burst of refusals counts once. */
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private static final double LESS = 0.5;
    private static final double MORE = 1.05;
    private static final double LOWEST = 1;

    private final double highest;
    private final LongSupplier nanoTime;
    private double keysPerSecond;
    private long nextFree;
    private long lastLess;
    private long lastMore;

    /** @param nanoTime the monotonic clock */
    AdaptiveRate(double highest, LongSupplier nanoTime) {
        this.highest = highest;
        this.keysPerSecond = highest;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.nextFree = now;
        this.lastLess = now - WINDOW_NANOS;
        this.lastMore = now;
    }

    /** Returns how long to wait before the next request. */
    synchronized Duration untilFree() {
        return Duration.ofNanos(Math.max(0, nextFree - nanoTime.getAsLong()));
    }

    /**
     * Counts keys as requested, unless the wait until then is longer by now.
     *
     * @param longest the permitted wait of the caller. WARNING: keys whose wait is not permitted must not be counted,
     *     or a caller that stops delays all later ones, and nothing is deleted again
     * @return true if they are counted
     */
    synchronized boolean reserve(int keys, Duration longest) {
        long now = nanoTime.getAsLong();
        long begins = Math.max(now, nextFree);
        if (begins - now > longest.toNanos()) {
            return false;
        }
        nextFree = begins + (long) (keys / keysPerSecond * WINDOW_NANOS);
        return true;
    }

    /** Reduces the rate after the storage throttled. */
    synchronized void throttled() {
        long now = nanoTime.getAsLong();
        if (now - lastLess >= WINDOW_NANOS) {
            keysPerSecond = Math.max(LOWEST, keysPerSecond * LESS);
            lastLess = now;
            lastMore = now;
        }
    }

    /** Increases the rate after a request that the storage executed. */
    synchronized void served() {
        long now = nanoTime.getAsLong();
        if (now - lastMore >= WINDOW_NANOS) {
            keysPerSecond = Math.min(highest, keysPerSecond * MORE);
            lastMore = now;
        }
    }

    synchronized double keysPerSecond() {
        return keysPerSecond;
    }
}
