package io.sexton.client;

import java.time.Duration;

/** Stands still until told otherwise. */
final class ManualClock implements MonotonicClock {

    private long now = 1_000_000;

    @Override
    public long nanoTime() {
        return now;
    }

    void pass(Duration time) {
        now += time.toNanos();
    }
}
