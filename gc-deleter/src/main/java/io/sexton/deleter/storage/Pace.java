package io.sexton.deleter.storage;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * So many units a second, at most; changeable at any time. What is taken is paid for afterwards, so that a single large
 * piece is possible at any pace. Safe for use by many threads.
 */
public final class Pace {

    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private OptionalDouble perSecond;
    private double owed;
    private long counted;

    /**
     * @param perSecond empty: no limit; 0: nothing at all
     * @param nanoTime the monotonic clock
     */
    public Pace(OptionalDouble perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.counted = nanoTime.getAsLong();
    }

    /** From now on this many. What was taken before is paid for at the new pace. */
    public synchronized void set(OptionalDouble limit) {
        pay();
        perSecond = limit;
    }

    /** Whether nothing is allowed at all. */
    public synchronized boolean isStopped() {
        return perSecond.isPresent() && perSecond.getAsDouble() <= 0;
    }

    /** How long it takes until what was taken is paid for; zero where something may be taken now. */
    public synchronized Duration untilFree() {
        pay();
        return perSecond.isEmpty() || perSecond.getAsDouble() <= 0 || owed <= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) (owed / perSecond.getAsDouble() * NANOS) + 1);
    }

    /** How much a tenth of a second allows; empty: no limit. */
    synchronized OptionalDouble perTenth() {
        return perSecond.isEmpty() ? perSecond : OptionalDouble.of(perSecond.getAsDouble() / 10);
    }

    /** So much was taken. */
    public synchronized void take(long units) {
        pay();
        owed = perSecond.isPresent() ? owed + units : 0;
    }

    private void pay() {
        long now = nanoTime.getAsLong();
        owed = perSecond.isEmpty() ? 0 : Math.max(0, owed - (now - counted) / NANOS * perSecond.getAsDouble());
        counted = now;
    }
}
