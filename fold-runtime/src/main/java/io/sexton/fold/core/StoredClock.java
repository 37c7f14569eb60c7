package io.sexton.fold.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.row.ClockRow;
import java.time.Duration;
import java.time.Instant;

/** The log clock of a partition, kept under one key of its store. Not thread safe. */
public final class StoredClock {
    private final OrderedStore store;
    private final byte[] key;
    private LogClock clock;

    /** @throws IllegalStateException if what stands under the key is no clock: the store is damaged */
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
                    row.hasLast() ? read(row.getLast()) : null);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored clock cannot be read: the store is damaged", e);
        }
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
