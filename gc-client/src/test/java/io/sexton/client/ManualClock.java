package io.sexton.client;

import java.time.Duration;

/** A clock that a test advances. */
final class ManualClock implements MonotonicClock {

    private long now = 1_000_000;

    @Override
    public long nanoTime() {
        return now;
    }

    void advance(Duration time) {
        now += time.toNanos();
    }
}
