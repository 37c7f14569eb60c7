package io.sexton.streams.core;

import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.OrderedStore;
import io.sexton.streams.core.row.ClockRow;
import java.time.Duration;
import java.time.Instant;

/** The stored log clock of a partition. Not thread safe. */
final class ClockCell {
    private final Table<ClockRow> table;
    private final byte[] key;
    private LogClock clock;

    ClockCell(OrderedStore store, int tag) {
        table = new Table<>(store, tag, ClockRow.parser());
        key = table.key().build();
        ClockRow stored = table.get(key);
        clock = stored == null ? LogClock.UNSET : read(stored);
    }

    LogClock get() {
        return clock;
    }

    void set(LogClock next) {
        clock = next;
        table.put(key, write(next));
    }

    private static LogClock read(ClockRow row) {
        return new LogClock(
                row.hasTimeMs() ? Instant.ofEpochMilli(row.getTimeMs()) : null,
                row.hasLastAgreeing() ? read(row.getLastAgreeing()) : null,
                row.hasLast() ? read(row.getLast()) : null);
    }

    private static LogClock.Reading read(ClockRow.Reading reading) {
        return new LogClock.Reading(
                Instant.ofEpochMilli(reading.getAppendMs()),
                Instant.ofEpochMilli(reading.getWallMs()),
                reading.getTicker(),
                Duration.ofMillis(reading.getUptimeMs()));
    }

    private static ClockRow write(LogClock clock) {
        ClockRow.Builder row = ClockRow.newBuilder();
        if (clock.time() != null) {
            row.setTimeMs(clock.time().toEpochMilli());
        }
        if (clock.lastAgreeing() != null) {
            row.setLastAgreeing(write(clock.lastAgreeing()));
        }
        if (clock.last() != null) {
            row.setLast(write(clock.last()));
        }
        return row.build();
    }

    private static ClockRow.Reading write(LogClock.Reading reading) {
        return ClockRow.Reading.newBuilder()
                .setAppendMs(reading.append().toEpochMilli())
                .setWallMs(reading.wall().toEpochMilli())
                .setTicker(reading.ticker())
                .setUptimeMs(reading.uptime().toMillis())
                .build();
    }
}
