package io.sexton.fold.index;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The counts by key. One look-up shows that none is left under a key: a seek would walk over tombstones up to the next
 * key of the store (I9). A count of zero has no row. Changes are written at the end of the record. Not thread safe.
 */
public final class Tally {
    private final OrderedStore store;
    private final int tag;
    private final SortedMap<byte[], Long> changed = new TreeMap<>(Arrays::compareUnsigned);

    public Tally(OrderedStore store, int tag) {
        this.store = store;
        this.tag = tag;
    }

    public Key key() {
        return Key.of(tag);
    }

    public void add(byte[] key, int change) {
        long next = count(key) + change;
        if (next < 0) {
            throw new IllegalStateException("more was taken from a count of table " + tag + " than was added");
        }
        changed.put(key, next);
    }

    public long count(byte[] key) {
        Long pending = changed.get(key);
        if (pending != null) {
            return pending;
        }
        byte[] stored = store.get(key);
        return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    public boolean isAny(byte[] key) {
        return count(key) > 0;
    }

    /** Returns the first key of the range with a count; {@code null}: none. Writes nothing: changes stay buffered. */
    public byte @Nullable [] firstOf(byte[] from, byte[] to) {
        byte[] pending = changed.subMap(from, to).entrySet().stream()
                .filter(change -> change.getValue() > 0)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
        byte[] stored = firstUnchanged(from, pending == null ? to : pending);
        return stored == null ? pending : stored;
    }

    private byte @Nullable [] firstUnchanged(byte[] from, byte[] to) {
        var first = store.page(from, to, 1);
        while (!first.isEmpty() && changed.containsKey(first.get(0).key())) {
            first = store.page(Key.next(first.get(0).key()), to, 1);
        }
        return first.isEmpty() ? null : first.get(0).key();
    }

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
