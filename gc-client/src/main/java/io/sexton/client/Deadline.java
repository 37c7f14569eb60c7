package io.sexton.client;

import java.math.BigInteger;
import java.time.Duration;

/**
 * Until when a client may rely on something that the log granted for a length of time: 0.75 of that length, on the
 * client's monotonic clock, from before the request was sent (design, section 4).
 *
 * <p>The grant began, on the log's clock, only after the request was sent, and that clock gains at most a quarter on
 * this one between two ticks: so the client always stops first (I2, I4).
 *
 * @param nanos a reading of the client's {@link MonotonicClock}
 */
public record Deadline(long nanos) {

    /** Keeps differences of {@link System#nanoTime} far from their overflow; 73 years. */
    private static final long LONGEST = Long.MAX_VALUE / 4;

    /** The end of what was granted for {@code length} by a request that was sent after {@code beforeSend}. */
    static Deadline of(long beforeSend, Duration length) {
        return new Deadline(beforeSend + threeQuarters(length));
    }

    /** Plain, whole {@code length} after {@code now}: for waits that promise nothing. */
    static Deadline after(long now, Duration length) {
        return new Deadline(now + nanosOf(length));
    }

    /** Three quarters of a length in nanoseconds, rounded down. */
    static long threeQuarters(Duration length) {
        return nanosOf(length) / 4 * 3;
    }

    /** A length in nanoseconds; lengths that do not fit are cut, so that a count only gets shorter. */
    static long nanosOf(Duration length) {
        BigInteger nanos = BigInteger.valueOf(length.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000L))
                .add(BigInteger.valueOf(length.getNano()));
        return nanos.min(BigInteger.valueOf(LONGEST)).longValueExact();
    }

    /** Whether it has come. */
    public boolean hasPassed(long now) {
        return now - nanos >= 0;
    }

    boolean isAfter(Deadline other) {
        return nanos - other.nanos > 0;
    }

    Deadline laterOf(Deadline other) {
        return isAfter(other) ? this : other;
    }

    /** What is left, zero once passed. */
    public Duration remaining(long now) {
        return hasPassed(now) ? Duration.ZERO : Duration.ofNanos(nanos - now);
    }
}
