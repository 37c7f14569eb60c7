package io.sexton.deleter.storage.s3;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many keys a second may be asked for: less when the storage throttles, slowly more while it does not.
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

    /** How long to wait before asking for any keys. */
    synchronized Duration untilFree() {
        return Duration.ofNanos(Math.max(0, nextFree - nanoTime.getAsLong()));
    }

    /**
     * Counts so many keys as asked for, unless it is longer by now until they may be.
     *
     * @param longest the wait that the caller has leave for. WARNING: what nobody may wait for must not be counted, or
     *     whoever gives up sets back all who come after, and nothing is deleted again
     * @return whether they are counted
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

    /** The storage asked for less. */
    synchronized void throttled() {
        long now = nanoTime.getAsLong();
        if (now - lastLess >= WINDOW_NANOS) {
            keysPerSecond = Math.max(LOWEST, keysPerSecond * LESS);
            lastLess = now;
            lastMore = now;
        }
    }

    /** The storage did what it was asked for. */
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
