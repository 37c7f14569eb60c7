package io.sexton.fold.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.fold.core.row.ClockRow;
import io.sexton.fold.state.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StoredClockTest {
    private static final byte[] KEY = {1};
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MemoryStore store = new MemoryStore();

    @Test
    void restoresWhatWasStored() {
        assertThat(new StoredClock(store, KEY).get()).isEqualTo(LogClock.UNSET);
        LogClock clock = LogClock.UNSET.tick(reading("disagrees", 0, 1000, 3)).clock();
        assertRestored(clock);
        for (int i = 0; i < 12; i++) {
            clock = clock.tick(reading("t" + i % 10, 1000 + i, 1000 + i, i)).clock();
            assertRestored(clock);
        }
    }

    @Test
    void takesBothReadingsOfAnOldRowForTheirTickersLast() {
        LogClock.Reading agreeing = reading("a", 100, 100, 5000);
        LogClock.Reading last = reading("b", 500, 110, 7000);
        store.put(
                KEY,
                ClockRow.newBuilder()
                        .setTimeMs(START.plusSeconds(90).toEpochMilli())
                        .setLastAgreeing(row(agreeing))
                        .setLast(row(last))
                        .build()
                        .toByteArray());

        LogClock clock = new StoredClock(store, KEY).get();

        assertThat(clock.time()).isEqualTo(START.plusSeconds(90));
        assertThat(clock.lastAgreeing()).isEqualTo(agreeing);
        assertThat(clock.tickers().readings()).containsExactly(agreeing, last);
        assertThat(clock.tick(reading("a", 120, 120, 5004)).clock().time())
                .as("by the uptime of its own last tick")
                .isEqualTo(START.plusSeconds(95));
    }

    @Test
    void takesAnOldRowOfOneTickerForItsLastTick() {
        LogClock.Reading last = reading("a", 500, 110, 7000);
        store.put(
                KEY,
                ClockRow.newBuilder()
                        .setTimeMs(START.toEpochMilli())
                        .setLastAgreeing(row(reading("a", 100, 100, 6990)))
                        .setLast(row(last))
                        .build()
                        .toByteArray());
        assertThat(new StoredClock(store, KEY).get().tickers().readings()).containsExactly(last);
    }

    /** A version that remembers no tickers may read the row again, after a rolled-back upgrade. */
    @Test
    void writesBothReadingsThatOlderVersionsCompareWith() throws Exception {
        LogClock clock = LogClock.UNSET
                .tick(reading("a", 0, 0, 1))
                .clock()
                .tick(reading("b", 1000, 0, 2))
                .clock();
        new StoredClock(store, KEY).set(clock);
        ClockRow row = ClockRow.parseFrom(store.get(KEY));
        assertThat(row.getLastAgreeing()).isEqualTo(row(reading("a", 0, 0, 1)));
        assertThat(row.getLast()).isEqualTo(row(reading("b", 1000, 0, 2)));
    }

    @Test
    void refusesADamagedRow() {
        store.put(KEY, "no clock".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new StoredClock(store, KEY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("damaged");
    }

    private void assertRestored(LogClock clock) {
        new StoredClock(store, KEY).set(clock);
        assertThat(new StoredClock(store, KEY).get()).isEqualTo(clock);
    }

    private static LogClock.Reading reading(String ticker, int append, int wall, int uptime) {
        return new LogClock.Reading(
                START.plusSeconds(append), START.plusSeconds(wall), ticker, Duration.ofSeconds(uptime));
    }

    private static ClockRow.Reading row(LogClock.Reading reading) {
        return ClockRow.Reading.newBuilder()
                .setAppendMs(reading.append().toEpochMilli())
                .setWallMs(reading.wall().toEpochMilli())
                .setTicker(reading.ticker())
                .setUptimeMs(reading.uptime().toMillis())
                .build();
    }
}
