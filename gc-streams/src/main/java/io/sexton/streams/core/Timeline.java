package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys in the order of their times. A lower bound of the earliest is stored, and a closer one is kept in memory, so that a
 * look never walks twice over the tombstones of what was there before (I9). Not thread safe.
 */
final class Timeline {
    private final KeySet keys;
    private @Nullable Long floorMs;
    private byte @Nullable [] seen;
    private boolean changed;

    /** @param floorMs as it was stored; {@code null}: nothing has ever been added */
    Timeline(OrderedStore store, int tag, @Nullable Long floorMs) {
        keys = new KeySet(store, tag);
        this.floorMs = floorMs;
        seen = floorMs == null ? null : at(floorMs).build();
    }

    /** What is to be stored; nothing is below it. */
    @Nullable
    Long floorMs() {
        return floorMs;
    }

    /** Whether the floor has changed since this was asked last. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Begins the key of something at a time; the caller appends what it is. */
    Key at(Instant time) {
        return at(time.toEpochMilli());
    }

    private Key at(long ms) {
        return keys.key().number(ordered(ms));
    }

    void add(Instant time, byte[] key) {
        keys.add(key);
        long ms = time.toEpochMilli();
        if (floorMs == null || ms < floorMs) {
            setFloor(ms);
        }
        if (seen == null || Arrays.compareUnsigned(key, seen) < 0) {
            seen = key;
        }
    }

    void remove(byte[] key) {
        keys.remove(key);
    }

    /** Whether something may stand at the clock or before. */
    boolean mayBeDue(Instant clock) {
        return seen != null && !timeOf(new Key.Reader(seen)).isAfter(clock);
    }

    /** The earliest keys at the clock or before. */
    List<byte[]> due(Instant clock, int limit) {
        if (seen == null || !mayBeDue(clock)) {
            return List.of();
        }
        List<byte[]> page = dueFrom(seen, clock, limit);
        if (page.isEmpty()) {
            next(); // the way there need not be gone twice
        }
        return page;
    }

    /** The keys at the clock or before, from this one on. */
    List<byte[]> dueFrom(byte[] from, Instant clock, int limit) {
        return keys.page(from, at(clock.toEpochMilli() + 1).build(), limit);
    }

    /** Nothing is left before this time. */
    void nothingBefore(Instant time) {
        nothingBefore(at(time).build());
    }

    /** Nothing is left before this key. */
    void nothingBefore(byte[] key) {
        long ms = timeOf(new Key.Reader(key)).toEpochMilli();
        if (floorMs == null || floorMs < ms) {
            setFloor(ms);
        }
        if (seen == null || Arrays.compareUnsigned(seen, key) < 0) {
            seen = key;
        }
    }

    /** When the earliest is due; {@code null}: there is nothing. */
    @Nullable
    Instant next() {
        if (seen != null) {
            seen = keys.firstOf(seen, Key.after(keys.key().build()));
        }
        return seen == null ? null : timeOf(new Key.Reader(seen));
    }

    /** Reads a key's time; what it is of follows. */
    static Instant timeOf(Key.Reader parts) {
        return Instant.ofEpochMilli(ordered(parts.number()));
    }

    private void setFloor(long ms) {
        floorMs = ms;
        changed = true;
    }

    /** Signed milliseconds in the order of unsigned bytes; its own inverse. */
    static long ordered(long ms) {
        return ms ^ Long.MIN_VALUE;
    }
}
