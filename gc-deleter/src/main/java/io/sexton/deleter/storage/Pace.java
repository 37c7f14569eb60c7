package io.sexton.deleter.storage;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * A rate limit in units a second; changeable at any time. Units are taken first and paid for afterwards, so that a
 * single large piece is possible at any rate. Safe for use by many threads.
 */
public final class Pace {

    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private OptionalDouble perSecond;
    private double owed;
    private long counted;

    /**
     * @param perSecond empty: no limit; 0: nothing is permitted
     * @param nanoTime the monotonic clock
     */
    public Pace(OptionalDouble perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.counted = nanoTime.getAsLong();
    }

    /** Sets the rate. Units taken before are paid for at the new rate. */
    public synchronized void set(OptionalDouble limit) {
        pay();
        perSecond = limit;
    }

    /** Returns true if the rate is 0. */
    public synchronized boolean isStopped() {
        return perSecond.isPresent() && perSecond.getAsDouble() <= 0;
    }

    /** Returns the time until the taken units are paid for; zero if units may be taken now. */
    public synchronized Duration untilFree() {
        pay();
        return perSecond.isEmpty() || perSecond.getAsDouble() <= 0 || owed <= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) (owed / perSecond.getAsDouble() * NANOS) + 1);
    }

    /** Returns the units of a tenth of a second; empty: no limit. */
    synchronized OptionalDouble perTenth() {
        return perSecond.isEmpty() ? perSecond : OptionalDouble.of(perSecond.getAsDouble() / 10);
    }

    /** Takes units. */
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
