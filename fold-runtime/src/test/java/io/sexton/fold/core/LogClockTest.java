package io.sexton.fold.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.Times;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All times are seconds after the start of the log, unless they say something else. */
class LogClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int HOUR = 3600;

    private LogClock clock = LogClock.UNSET;

    @Test
    void hasNoTimeBeforeTheFirstTickThatAgrees() {
        assertThat(clock.time()).isNull();
        assertThat(tick("t", 1000, 0, 1)).as("agrees").isFalse();
        assertThat(clock.time()).isNull();
        assertThat(clock.at(at(7))).isEqualTo(at(7));
    }

    @Test
    void beginsAtTheEarlierOfBothClocks() {
        tick("t", 10, 4, 0);
        assertTime(4);
        clock = LogClock.UNSET;
        tick("t", 4, 10, 0);
        assertTime(4);
    }

    @Test
    void stampsFactsNoEarlierThanTheClock() {
        tick("t", 10, 10, 0);
        assertThat(clock.at(at(9))).isEqualTo(at(10));
        assertThat(clock.at(at(11))).isEqualTo(at(11));
    }

    @Test
    void agreesUpToFiveMinutesInEitherDirection() {
        assertThat(tick("t", 300, 0, 0)).isTrue();
        assertThat(tick("t", 0, 300, 0)).isTrue();
        assertThat(clock.tick(reading("t", 300, 0, 0, 1)).agreed()).isFalse();
        assertThat(clock.tick(reading("t", 0, 300, 0, -1)).agreed()).isFalse();
    }

    @Test
    void goesOnByEachClockAtMostAQuarterFaster() {
        tick("t", 100, 100, 100);
        tick("t", 380, 110, 380);
        assertTime(110, "the wall clock bounds it");
        tick("t", 390, 390, 390);
        assertTime(122.5, "10 s of append time and of uptime since the last tick, though the wall clock grew by 280 s");
        tick("t", 400, 400, 391);
        assertTime(123.75, "1 s of uptime");
    }

    @Test
    void roundsTheQuarterDown() {
        tick("t", 0, 0, 0);
        tick("t", 100, 0, 100);
        assertTime(0);
        clock = clock.tick(reading("t", 200, 200, 100, 3)).clock();
        assertThat(clock.time()).isEqualTo(START.plusMillis(3));
        clock = clock.tick(reading("t", 300, 300, 100, 10)).clock();
        assertThat(clock.time()).as("7 ms more of uptime").isEqualTo(START.plusMillis(3 + 8));
    }

    @Test
    void doesNotGoBack() {
        tick("t", 100, 100, 100);
        tick("t", 50, 50, 110);
        assertTime(100);
        tick("t", 60, 60, 120);
        assertTime(100);
        tick("t", 120, 120, 60);
        assertTime(100, "an uptime that shrank is no proof of passing time");
    }

    @Test
    void isNotHeldBackByATickerWhoseWallClockIsAhead() {
        tick("t", 0, 0, 0);
        tick("ahead", 1, 300, 5000);
        for (int second = 10; second <= 100; second += 10) {
            tick("t", second, second, second);
            tick("ahead", second + 1, second + 300, 5000 + second);
        }
        assertTime(101);
    }

    @Test
    void isNotHeldBackByATickerWhoseWallClockIsBehind() {
        tick("t", 0, 0, 0);
        tick("behind", 1, -299, 5000);
        for (int second = 10; second <= 100; second += 10) {
            tick("t", second, second, second);
            tick("behind", second + 1, second - 299, 5000 + second);
        }
        assertTime(100);
    }

    @Test
    void comparesATickerThatIsNotRememberedWithTheLastTickOfAnyTicker() {
        tick("t", 100, 100, 100);
        tick("new", 104, 102, 0);
        assertTime(102, "no uptime to compare; the wall clock grew by 2 s");
        tick("newer", 110, 110, 7000);
        assertTime(109.5, "append time grew by 6 s since the last tick");
    }

    @Test
    void boundsATickerThatIsNotRememberedByTheLastAgreeingTick() {
        tick("t", 100, 100, 100);
        tick("bad", -2 * HOUR, 3 * HOUR, 0);
        tick("new", 200, 190, 0);
        assertTime(100, "the wall clock of the last tick was later");
        tick("bad", -2 * HOUR, -3 * HOUR, 0);
        tick("newer", 380, 380, 0);
        assertTime(325, "180 s since the last tick that agreed, though both clocks grew by hours since the bad one");
    }

    @Test
    void remembersATickThatDisagreedAsItsTickersLast() {
        tick("t", 100, 100, 100);
        tick("t", 200, 1000, 195);
        assertTime(100);
        tick("t", 210, 210, 200);
        assertTime(100, "the wall clock was set back since");
        tick("t", 220, 220, 210);
        assertTime(112.5);
    }

    @Test
    void boundsATickByAppendTimeSinceTheLastAgreeingTickOfAnyTicker() {
        tick("t", 0, 0, 0);
        tick("other", 100, 0, 0);
        tick("t", 110, 110, 110);
        assertTime(12.5, "10 s since the other ticker's tick");
    }

    @Test
    void remembersTheEightTickersThatTickedLast() {
        tick("first", 0, 0, 1000);
        tick("second", 0, 0, 1000);
        for (int i = 1; i <= 7; i++) {
            tick("t" + i, i, i, 0);
        }
        assertThat(clock.tickers().readings()).hasSize(TickerMemory.CAPACITY);
        tick("second", 8, 8, 0);
        assertTime(7, "its uptime is compared");
        tick("first", 9, 9, 0);
        assertTime(8.25, "its uptime is not");
        tick("t2", 10, 10, -1);
        assertTime(8.25, "the ninth made room by the one that was silent for longest");
    }

    @Test
    void tellsHowFarItWasBehindAppendTimeAtTheLastTick() {
        assertThat(clock.behind()).isEmpty();
        tick("t", 1000, 0, 0);
        assertThat(clock.behind()).as("no tick has agreed").isEmpty();
        tick("t", 100, 100, 100);
        assertThat(clock.behind()).hasValue(Duration.ZERO);
        tick("t", 400, 400, 110);
        assertThat(clock.behind()).hasValue(Duration.ofMillis(287_500));
        tick("t", 4000, 400, 110);
        assertThat(clock.behind()).as("also where a tick disagrees").hasValue(Duration.ofMillis(3_887_500));
        tick("t", 0, 0, 120);
        assertThat(clock.behind()).as("a broker that is behind the clock").hasValue(Duration.ZERO);
    }

    @Test
    void overflowsForNoValuesOfATick() {
        long[] extremes = {Long.MIN_VALUE, Long.MIN_VALUE / 1000, -1, 0, 1, Long.MAX_VALUE / 1000, Long.MAX_VALUE};
        for (long append : extremes) {
            for (long wall : extremes) {
                for (long uptime : new long[] {0, 1, Long.MAX_VALUE}) {
                    for (String ticker : List.of("t", "u")) {
                        Instant before = clock.time();
                        clock = clock.tick(LogClock.Reading.of(
                                        Instant.ofEpochMilli(append), extreme(ticker, wall, uptime)))
                                .clock();
                        assertThat(clock.behind().orElse(Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ZERO);
                        if (before != null) {
                            assertThat(clock.time()).isAfterOrEqualTo(before);
                        }
                    }
                }
            }
        }
    }

    @Test
    void takesTimesBeyondItsRangeForTheEndsOfIt() {
        clock = clock.tick(LogClock.Reading.of(Instant.ofEpochMilli(Long.MIN_VALUE), extreme("t", Long.MIN_VALUE, 0)))
                .clock();
        assertThat(clock.time()).isEqualTo(Times.EARLIEST);
        clock = clock.tick(LogClock.Reading.of(Instant.ofEpochMilli(Long.MAX_VALUE), extreme("u", Long.MAX_VALUE, 0)))
                .clock();
        assertThat(clock.time()).isEqualTo(Times.LATEST);
    }

    private static Tick extreme(String ticker, long wallSeconds, long uptimeSeconds) {
        return Tick.newBuilder()
                .setTicker(ticker)
                .setWallClock(com.google.protobuf.Timestamp.newBuilder().setSeconds(wallSeconds))
                .setUptime(com.google.protobuf.Duration.newBuilder().setSeconds(uptimeSeconds))
                .build();
    }

    private boolean tick(String ticker, int append, int wall, int uptime) {
        LogClock.Step step = clock.tick(reading(ticker, append, wall, uptime, 0));
        clock = step.clock();
        return step.agreed();
    }

    private static LogClock.Reading reading(String ticker, int append, int wall, int uptime, int more) {
        return new LogClock.Reading(
                at(append).plusMillis(more),
                at(wall),
                ticker,
                Duration.ofSeconds(uptime).plusMillis(more));
    }

    private void assertTime(double seconds) {
        assertTime(seconds, "clock");
    }

    private void assertTime(double seconds, String why) {
        assertThat(clock.time()).as(why).isEqualTo(START.plusMillis((long) (seconds * 1000)));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
