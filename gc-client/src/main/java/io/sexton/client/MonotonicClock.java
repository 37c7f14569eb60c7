package io.sexton.client;

/**
 * A clock that only goes forward and that nobody sets. The counts of leases, time-to-lives and time-outs are taken on
 * it and on nothing else (design, section 4).
 *
 * <p>WARNING: the counts are only as good as this clock. {@link System#nanoTime} stands still while Linux suspends the
 * machine, and on some hypervisors while the guest is paused. Who runs on machines that are suspended passes a clock
 * that counts the suspension ({@code CLOCK_BOOTTIME}).
 *
 * <p>Implementations are safe for use by any thread and never throw.
 */
@FunctionalInterface
public interface MonotonicClock {

    /** Nanoseconds since an arbitrary instant; only differences mean something, and they may wrap around. */
    long nanoTime();

    /** {@link System#nanoTime}. */
    static MonotonicClock system() {
        return System::nanoTime;
    }
}
