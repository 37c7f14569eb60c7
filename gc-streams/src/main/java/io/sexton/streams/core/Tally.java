package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts by key. Whether anything is left under a key is one look-up: to seek for it would walk over the tombstones of all
 * that was there before, up to the next living key of the store (I9). A count of zero has no row. Changes are written at
 * the end of the record. Not thread safe.
 */
final class Tally {
    private final OrderedStore store;
    private final int tag;
    private final SortedMap<byte[], Long> changed = new TreeMap<>(Arrays::compareUnsigned);

    Tally(OrderedStore store, int tag) {
        this.store = store;
        this.tag = tag;
    }

    Key key() {
        return Key.of(tag);
    }

    void add(byte[] key, int change) {
        long next = count(key) + change;
        if (next < 0) {
            throw new IllegalStateException("more was taken from a count of table " + tag + " than was added");
        }
        changed.put(key, next);
    }

    long count(byte[] key) {
        Long pending = changed.get(key);
        if (pending != null) {
            return pending;
        }
        byte[] stored = store.get(key);
        return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    boolean isAny(byte[] key) {
        return count(key) > 0;
    }

    /** The first key of the range with a count. */
    byte @Nullable [] firstOf(byte[] from, byte[] to) {
        flush();
        var first = store.page(from, to, 1);
        return first.isEmpty() ? null : first.get(0).key();
    }

    void flush() {
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
