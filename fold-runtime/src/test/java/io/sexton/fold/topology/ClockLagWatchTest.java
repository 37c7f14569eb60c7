package io.sexton.fold.topology;

import static io.sexton.fold.topology.ClockLagWatch.Line.BEHIND;
import static io.sexton.fold.topology.ClockLagWatch.Line.CAUGHT_UP;
import static io.sexton.fold.topology.ClockLagWatch.Line.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.LogClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockLagWatchTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> measured = new ArrayList<>();
    private long now = START.toEpochMilli();
    private final ClockLagWatch watch = new ClockLagWatch("log", 3, "files fall due", new Recorded(), () -> now);

    @Test
    void measuresOnceForEachTick() {
        watch.observe(LogClock.UNSET);
        LogClock disagrees = LogClock.UNSET.tick(reading(1000, 0)).clock();
        watch.observe(disagrees);
        assertThat(measured).as("the clock has no time yet").isEmpty();
        LogClock first = disagrees.tick(reading(10, 0)).clock();
        watch.observe(first);
        watch.observe(first);
        watch.observe(first.tick(reading(400, 0)).clock());
        assertThat(measured).containsExactly("3: PT10S", "3: PT6M40S");
        watch.close();
        assertThat(measured).endsWith("3 closed");
    }

    @Test
    void warnsAboveFiveMinutesWhenItBeginsAndOnceAnHour() {
        assertThat(watch.next(Duration.ofMinutes(5))).isEqualTo(NOTHING);
        assertThat(watch.next(Duration.ofMinutes(5).plusMillis(1))).isEqualTo(BEHIND);
        assertThat(watch.next(Duration.ofMinutes(6))).isEqualTo(NOTHING);
        now += Duration.ofHours(1).toMillis() - 1;
        assertThat(watch.next(Duration.ofMinutes(7))).isEqualTo(NOTHING);
        now += 1;
        assertThat(watch.next(Duration.ofMinutes(8))).isEqualTo(BEHIND);
        assertThat(watch.next(Duration.ofMinutes(8))).isEqualTo(NOTHING);
    }

    @Test
    void reportsTheEndOnceAndNotForAClockThatStaysNearTheLimit() {
        assertThat(watch.next(Duration.ZERO)).as("nothing has begun").isEqualTo(NOTHING);
        assertThat(watch.next(Duration.ofMinutes(6))).isEqualTo(BEHIND);
        assertThat(watch.next(Duration.ofMinutes(4))).isEqualTo(NOTHING);
        assertThat(watch.next(Duration.ofMinutes(6))).isEqualTo(NOTHING);
        assertThat(watch.next(Duration.ofMinutes(4).minusMillis(1))).isEqualTo(CAUGHT_UP);
        assertThat(watch.next(Duration.ZERO)).isEqualTo(NOTHING);
        assertThat(watch.next(Duration.ofMinutes(6))).isEqualTo(BEHIND);
    }

    private static LogClock.Reading reading(int append, int wall) {
        return new LogClock.Reading(START.plusSeconds(append), START.plusSeconds(wall), "t", Duration.ZERO);
    }

    private final class Recorded implements ClockLag {
        @Override
        public void measured(int partition, Duration behind) {
            measured.add(partition + ": " + behind);
        }

        @Override
        public void closed(int partition) {
            measured.add(partition + " closed");
        }
    }
}
