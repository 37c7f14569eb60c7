package io.sexton.fold.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.row.ClockRow;
import java.time.Duration;
import java.time.Instant;

/** The log clock of a partition, stored under one key. Not thread safe. */
public final class StoredClock {
    private final OrderedStore store;
    private final byte[] key;
    private LogClock clock;

    /**
     * Reads the stored clock.
     *
     * @throws IllegalStateException if the value under the key is not a clock: the store is damaged
     */
    public StoredClock(OrderedStore store, byte[] key) {
        this.store = store;
        this.key = key;
        byte[] stored = store.get(key);
        clock = stored == null ? LogClock.UNSET : read(stored);
    }

    public LogClock get() {
        return clock;
    }

    public void set(LogClock next) {
        clock = next;
        store.put(key, write(next).toByteArray());
    }

    private static LogClock read(byte[] stored) {
        try {
            ClockRow row = ClockRow.parseFrom(stored);
            return new LogClock(
                    row.hasTimeMs() ? Instant.ofEpochMilli(row.getTimeMs()) : null,
                    row.hasLastAgreeing() ? read(row.getLastAgreeing()) : null,
                    tickers(row));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored clock cannot be read: the store is damaged", e);
        }
    }

    /** Returns the stored readings. Rows of versions without the memory of tickers have two, which count as their last. */
    private static TickerMemory tickers(ClockRow row) {
        if (row.getTickersCount() > 0) {
            return new TickerMemory(
                    row.getTickersList().stream().map(StoredClock::read).toList());
        }
        TickerMemory tickers = TickerMemory.EMPTY;
        if (row.hasLastAgreeing()) {
            tickers = tickers.with(read(row.getLastAgreeing()));
        }
        return row.hasLast() ? tickers.with(read(row.getLast())) : tickers;
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
        // Versions without the memory of tickers read it: without it their next tick would count as the first.
        clock.tickers().last().ifPresent(last -> row.setLast(write(last)));
        clock.tickers().readings().forEach(reading -> row.addTickers(write(reading)));
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
