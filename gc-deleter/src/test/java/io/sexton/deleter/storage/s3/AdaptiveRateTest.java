package io.sexton.deleter.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AdaptiveRateTest {

    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final AdaptiveRate rate = new AdaptiveRate(1_000, now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void countsKeysNotRequests() {
        assertThat(rate.reserve(250, Duration.ZERO)).isTrue();
        assertThat(rate.untilFree()).isEqualTo(Duration.ofMillis(250));
        assertThat(rate.reserve(500, rate.untilFree())).isTrue();
        assertThat(rate.untilFree()).isEqualTo(Duration.ofMillis(750));
        pass(Duration.ofSeconds(2));
        assertThat(rate.untilFree()).isZero();
    }

    @Test
    void countsNoKeysWhoseWaitHasBecomeTooLong() {
        Duration seen = rate.untilFree();
        assertThat(rate.reserve(500, seen)).isTrue();

        assertThat(rate.reserve(500, seen)).isFalse();

        assertThat(rate.untilFree()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void halvesOnceForABurstOfRefusals() {
        for (int i = 0; i < 20; i++) {
            rate.throttled();
        }
        assertThat(rate.keysPerSecond()).isEqualTo(500);
        pass(Duration.ofSeconds(1));
        rate.throttled();
        assertThat(rate.keysPerSecond()).isEqualTo(250);
    }

    @Test
    void recoversSlowlyAndNeverBeyondItsBound() {
        rate.throttled();
        rate.served();
        assertThat(rate.keysPerSecond()).isEqualTo(500);
        pass(Duration.ofSeconds(1));
        rate.served();
        rate.served();
        assertThat(rate.keysPerSecond()).isEqualTo(525);
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(1));
            rate.served();
        }
        assertThat(rate.keysPerSecond()).isEqualTo(1_000);
    }

    @Test
    void neverStopsAltogether() {
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(1));
            rate.throttled();
        }
        assertThat(rate.keysPerSecond()).isEqualTo(1);
    }
}
