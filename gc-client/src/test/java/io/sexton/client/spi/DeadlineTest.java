package io.sexton.client.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

    @Test
    void countsThreeQuartersFromBeforeTheRequest() {
        Deadline deadline = Deadline.of(1_000, Duration.ofNanos(400));

        assertThat(deadline.hasPassed(1_299)).isFalse();
        assertThat(deadline.remaining(1_299)).isEqualTo(Duration.ofNanos(1));
        assertThat(deadline.hasPassed(1_300)).isTrue();
        assertThat(deadline.remaining(1_300)).isZero();
        assertThat(deadline.remaining(5_000)).isZero();
    }

    @Test
    void roundsDown() {
        assertThat(Deadline.threeQuarters(Duration.ofNanos(7))).isEqualTo(3);
    }

    @Test
    void isCorrectWhereTheClockWrapsAround() {
        Deadline deadline = Deadline.of(Long.MAX_VALUE - 100, Duration.ofNanos(400));

        assertThat(deadline.hasPassed(Long.MAX_VALUE)).isFalse();
        assertThat(deadline.hasPassed(Long.MIN_VALUE + 100)).isFalse();
        assertThat(deadline.remaining(Long.MIN_VALUE)).isEqualTo(Duration.ofNanos(199));
        assertThat(deadline.hasPassed(Long.MIN_VALUE + 199)).isTrue();
        assertThat(deadline.laterOf(new Deadline(Long.MAX_VALUE))).isEqualTo(deadline);
    }

    @Test
    void cutsLengthsThatDoNotFit() {
        Deadline deadline = Deadline.of(0, Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(deadline.hasPassed(Duration.ofDays(365).toNanos())).isFalse();
        assertThat(deadline.remaining(0)).isLessThan(Duration.ofDays(365 * 100));
    }
}
