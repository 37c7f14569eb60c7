package io.sexton.client.spi;

import java.math.BigInteger;
import java.time.Duration;

/**
 * The time until which a client may rely on a grant of limited length: 0.75 of that length, on the client's monotonic
 * clock, from before the request was sent (design, section 4).
 *
 * <p>The grant began, on the log's clock, only after the request was sent, and that clock gains at most a quarter on
 * this one between two ticks. So the client always stops first (I2, I4).
 *
 * @param nanos a reading of the client's {@link MonotonicClock}
 */
public record Deadline(long nanos) {

    /** Longest length, 73 years. Keeps differences of {@link System#nanoTime} far from their overflow. */
    private static final long LONGEST = Long.MAX_VALUE / 4;

    /** Returns the deadline of a grant for {@code length} by a request that was sent after {@code beforeSend}. */
    public static Deadline of(long beforeSend, Duration length) {
        return new Deadline(beforeSend + threeQuarters(length));
    }

    /** Returns the deadline at the whole {@code length} after {@code now}, for waits that protect nothing. */
    public static Deadline after(long now, Duration length) {
        return new Deadline(now + nanosOf(length));
    }

    /** Returns three quarters of a length in nanoseconds, rounded down. */
    public static long threeQuarters(Duration length) {
        return nanosOf(length) / 4 * 3;
    }

    /** Returns a length in nanoseconds. A length that does not fit is cut, so that a deadline only gets earlier. */
    public static long nanosOf(Duration length) {
        BigInteger nanos = BigInteger.valueOf(length.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000L))
                .add(BigInteger.valueOf(length.getNano()));
        return nanos.min(BigInteger.valueOf(LONGEST)).longValueExact();
    }

    /** Returns whether the clock has reached the deadline. */
    public boolean hasPassed(long now) {
        return now - nanos >= 0;
    }

    /** Returns whether this deadline is later than another one of the same clock. */
    public boolean isAfter(Deadline other) {
        return nanos - other.nanos > 0;
    }

    /** Returns the later of this deadline and another one of the same clock. */
    public Deadline laterOf(Deadline other) {
        return isAfter(other) ? this : other;
    }

    /** Returns the time left, zero once the deadline has passed. */
    public Duration remaining(long now) {
        return hasPassed(now) ? Duration.ZERO : Duration.ofNanos(nanos - now);
    }
}
