package io.sexton.client.testing;

import io.sexton.client.spi.MonotonicClock;
import java.time.Duration;

/** A clock that a test advances. */
public final class ManualClock implements MonotonicClock {

    private long now = 1_000_000;

    @Override
    public long nanoTime() {
        return now;
    }

    public void advance(Duration time) {
        now += time.toNanos();
    }
}
