package io.sexton.fold.index;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An index of keys by time. Two lower bounds keep a scan from reading the tombstones of removed keys twice (I9). The owner
 * stores the floor, so that it holds after a restart. The other bound is in memory and may be higher. Only changes move the
 * floor, reads do not: a replay reads less, and must write the same bytes (I8). Not thread safe.
 */
public final class Timeline {
    private final KeySet keys;
    private @Nullable Long floorMs;
    private byte @Nullable [] seen;
    private boolean changed;

    /**
     * Creates the index.
     *
     * @param floorMs the stored lower bound; {@code null}: no key was ever added; {@link Long#MIN_VALUE}: none was stored
     */
    public Timeline(OrderedStore store, int tag, @Nullable Long floorMs) {
        keys = new KeySet(store, tag);
        this.floorMs = floorMs;
        seen = floorMs == null ? null : at(floorMs).build();
    }

    /** Returns the lower bound to be stored: no key has an earlier time. */
    @Nullable
    public Long floorMs() {
        return floorMs;
    }

    /** Returns whether the floor has changed since the last call. */
    public boolean takeFloorChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Begins a key at a time; the caller appends its identity. */
    public Key at(Instant time) {
        return at(time.toEpochMilli());
    }

    private Key at(long ms) {
        return keys.key().number(ordered(ms));
    }

    /** Adds a key, which may be present. */
    public void add(Instant time, byte[] key) {
        keys.add(key);
        lowerFloor(time, key);
    }

    /** Adds a key with a value, or replaces its value. */
    public void add(Instant time, byte[] key, byte[] value) {
        keys.add(key, value);
        lowerFloor(time, key);
    }

    private void lowerFloor(Instant time, byte[] key) {
        long ms = time.toEpochMilli();
        if (floorMs == null || ms < floorMs) {
            setFloor(ms);
        }
        if (seen == null || Arrays.compareUnsigned(key, seen) < 0) {
            seen = key;
        }
    }

    /** Removes a key, which may be absent. */
    public void remove(byte[] key) {
        keys.remove(key);
    }

    /** Returns whether a key may exist at the clock or before. */
    public boolean mayBeDue(Instant clock) {
        return seen != null && !timeOf(new Key.Reader(seen)).isAfter(clock);
    }

    /** Returns the earliest keys at the clock or before. */
    public List<byte[]> due(Instant clock, int limit) {
        if (seen == null || !mayBeDue(clock)) {
            return List.of();
        }
        List<byte[]> page = dueFrom(seen, clock, limit);
        if (page.isEmpty()) {
            earliest(); // raises the floor, so that the tombstones below it are not rescanned
        }
        return page;
    }

    /** Returns the keys at the clock or before, from this one on. */
    public List<byte[]> dueFrom(byte[] from, Instant clock, int limit) {
        return keys.page(from, at(clock.toEpochMilli() + 1).build(), limit);
    }

    /**
     * Returns the earliest keys at the clock or before, with their values.
     *
     * @param from the first key; {@code null}: the lower bound
     */
    public List<OrderedStore.Entry> entriesFrom(byte @Nullable [] from, Instant clock, int limit) {
        byte[] first = from == null ? seen : from;
        if (first == null || !mayBeDue(clock)) {
            return List.of();
        }
        return keys.entries(first, at(clock.toEpochMilli() + 1).build(), limit);
    }

    /**
     * Removes and visits the keys at the clock or before, the earliest first.
     *
     * @param limit the maximum number of keys; the others are left for the next call
     * @param visitor may add later keys
     */
    public void take(Instant clock, int limit, Consumer<byte[]> visitor) {
        byte[] first = seen;
        if (first == null || !mayBeDue(clock)) {
            return;
        }
        byte[] end = at(clock.toEpochMilli() + 1).build();
        byte[] left = keys.take(first, end, limit, visitor);
        if (left == null) {
            seen = end;
        } else {
            raiseFloor(left);
        }
    }

    /** Raises the floor to this time: no earlier key is left. */
    public void raiseFloor(Instant time) {
        raiseFloor(at(time).build());
    }

    /** Raises the floor to this key: none is left before it. */
    public void raiseFloor(byte[] key) {
        long ms = timeOf(new Key.Reader(key)).toEpochMilli();
        if (floorMs == null || floorMs < ms) {
            setFloor(ms);
        }
        if (seen == null || Arrays.compareUnsigned(seen, key) < 0) {
            seen = key;
        }
    }

    /** Returns the time of the earliest key; {@code null}: there is none. */
    @Nullable
    public Instant earliest() {
        if (seen != null) {
            seen = keys.firstOf(seen, Key.after(keys.key().build()));
        }
        return seen == null ? null : timeOf(new Key.Reader(seen));
    }

    /** Reads a key's time; its identity follows. */
    public static Instant timeOf(Key.Reader parts) {
        return Instant.ofEpochMilli(ordered(parts.number()));
    }

    private void setFloor(long ms) {
        floorMs = ms;
        changed = true;
    }

    /** Maps signed milliseconds to the order of unsigned bytes; its own inverse. */
    public static long ordered(long ms) {
        return ms ^ Long.MIN_VALUE;
    }
}
