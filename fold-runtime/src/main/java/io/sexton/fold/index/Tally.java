package io.sexton.fold.index;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts by key. One look-up shows that none is left under a key: a seek would read the tombstones up to the next key of
 * the store (I9). A count of zero has no row. Changes are pending until the end of the record. Not thread safe.
 */
public final class Tally {
    private final OrderedStore store;
    private final int tag;
    private final SortedMap<byte[], Long> changed = new TreeMap<>(Arrays::compareUnsigned);

    public Tally(OrderedStore store, int tag) {
        this.store = store;
        this.tag = tag;
    }

    /** Starts a key, or a prefix of keys, of this tally. */
    public Key key() {
        return Key.of(tag);
    }

    /**
     * Adds to a count.
     *
     * @param change may be negative
     * @throws IllegalStateException if the count would be negative
     */
    public void add(byte[] key, int change) {
        long next = count(key) + change;
        if (next < 0) {
            throw new IllegalStateException("more was taken from a count of table " + tag + " than was added");
        }
        changed.put(key, next);
    }

    /** Returns the count under a key. */
    public long count(byte[] key) {
        Long pending = changed.get(key);
        if (pending != null) {
            return pending;
        }
        byte[] stored = store.get(key);
        return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    /** Returns whether the count under a key is above zero. */
    public boolean isAny(byte[] key) {
        return count(key) > 0;
    }

    /** Returns the first key of the range with a count; {@code null}: none. Writes nothing. */
    public byte @Nullable [] firstOf(byte[] from, byte[] to) {
        byte[] stored = firstStored(from, to);
        for (Map.Entry<byte[], Long> pending : changed.subMap(from, stored == null ? to : stored).entrySet()) {
            if (pending.getValue() > 0) {
                return pending.getKey();
            }
        }
        return stored;
    }

    /** Returns the first stored key of the range whose count is not pending to become zero. */
    private byte @Nullable [] firstStored(byte[] from, byte[] to) {
        List<OrderedStore.Entry> first = store.page(from, to, 1);
        while (!first.isEmpty() && changed.getOrDefault(first.getFirst().key(), 1L) == 0) {
            first = store.page(Key.next(first.getFirst().key()), to, 1);
        }
        return first.isEmpty() ? null : first.getFirst().key();
    }

    /** Writes the pending changes. Must be called after each record. */
    public void flush() {
        changed.forEach((key, count) -> {
            if (count == 0) {
                store.delete(key);
            } else {
                store.put(key, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
            }
        });
        changed.clear();
    }
}
