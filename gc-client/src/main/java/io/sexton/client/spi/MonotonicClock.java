package io.sexton.client.spi;

/**
 * A clock that never goes back and cannot be set. Leases, time-to-lives and timeouts are counted on this clock only
 * (design, section 4).
 *
 * <p>WARNING: leases and pins depend on this clock. {@link System#nanoTime} stops while Linux suspends the machine, and
 * on some hypervisors while the guest is paused. On machines that may be suspended, supply a clock that counts the
 * suspension ({@code CLOCK_BOOTTIME}).
 *
 * <p>Implementations are safe for use by any thread and never throw.
 */
@FunctionalInterface
public interface MonotonicClock {

    /** Returns nanoseconds since an arbitrary instant. Only differences are meaningful; the value may wrap around. */
    long nanoTime();

    /** Returns a clock that reads {@link System#nanoTime}. */
    static MonotonicClock system() {
        return System::nanoTime;
    }
}
