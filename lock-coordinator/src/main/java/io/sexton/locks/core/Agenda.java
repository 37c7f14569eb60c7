package io.sexton.locks.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.locks.core.row.FloorRow;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * An ordered index of pending checks. Each entry is a subject at an unsigned number, which is a time or an offset.
 *
 * <p>Two lower bounds keep a scan from reading the tombstones of removed entries (I9). The floor is stored, so that it
 * holds after a restart. The hint is kept in memory and may be higher. No entry is below either of them. Only records
 * change the floor, {@link #first} does not: a replay does not request the next work and must write the same bytes
 * (I8).
 *
 * <p>Not thread safe.
 */
final class Agenda {
    private static final int PAGE = 512;
    private static final byte[] PRESENT = {};

    private final OrderedStore store;
    private final int tag;
    private final byte[] floorKey;
    private long floor;
    private boolean floorChanged;
    private long hint;

    /**
     * @param floorTag tag of the table that holds the floors of all agendas
     * @throws IllegalStateException if the store is damaged
     */
    Agenda(OrderedStore store, int tag, int floorTag) {
        this.store = store;
        this.tag = tag;
        floorKey = Key.of(floorTag).raw((byte) tag).build();
        byte[] stored = store.get(floorKey);
        floor = stored == null ? 0 : readFloor(stored);
        hint = floor;
    }

    /**
     * Adds an entry.
     *
     * @param subject key of the object to check; one subject may have entries at several numbers
     */
    void add(long at, byte[] subject) {
        store.put(key(at, subject), PRESENT);
        if (Long.compareUnsigned(at, floor) < 0) {
            setFloor(at);
        }
        if (Long.compareUnsigned(at, hint) < 0) {
            hint = at;
        }
    }

    void remove(long at, byte[] subject) {
        store.delete(key(at, subject));
    }

    /**
     * Removes the entries at or below a number, in order, and passes each subject to the visitor.
     *
     * @param last inclusive; below the maximum of an unsigned long
     * @param limit maximum number of entries; the others remain for the next call
     * @param visitor receives each subject; it may add entries above {@code last}
     */
    void take(long last, int limit, Consumer<byte[]> visitor) {
        byte[] from = Key.of(tag).number(hint).build();
        byte[] end = Key.of(tag).number(last + 1).build();
        int left = limit;
        while (left > 0 && Arrays.compareUnsigned(from, end) < 0) {
            int pageSize = Math.min(PAGE, left);
            List<OrderedStore.Entry> page = store.page(from, end, pageSize);
            for (OrderedStore.Entry entry : page) {
                store.delete(entry.key());
                visitor.accept(Arrays.copyOfRange(entry.key(), 1 + Long.BYTES, entry.key().length));
            }
            left -= page.size();
            if (page.size() < pageSize) {
                hint = last + 1;
                from = end;
            } else {
                hint = number(page.get(page.size() - 1));
                from = Key.next(page.get(page.size() - 1).key());
            }
        }
        if (left < limit) {
            setFloor(hint);
        }
    }

    /** Returns the lowest number that has an entry. */
    OptionalLong first() {
        List<OrderedStore.Entry> first = store.page(
                Key.of(tag).number(hint).build(), Key.after(Key.of(tag).build()), 1);
        if (first.isEmpty()) {
            hint = -1;
            return OptionalLong.empty();
        }
        hint = number(first.get(0));
        return OptionalLong.of(hint);
    }

    /** Stores the floor. Must be called after each record. */
    void flush() {
        if (floorChanged) {
            store.put(floorKey, FloorRow.newBuilder().setAt(floor).build().toByteArray());
            floorChanged = false;
        }
    }

    private void setFloor(long at) {
        floorChanged |= floor != at;
        floor = at;
    }

    private byte[] key(long at, byte[] subject) {
        return Key.of(tag).number(at).bytes(subject).build();
    }

    private static long number(OrderedStore.Entry entry) {
        return new Key.Reader(entry.key()).number();
    }

    private static long readFloor(byte[] stored) {
        try {
            return FloorRow.parseFrom(stored).getAt();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored floor cannot be read: the store is damaged", e);
        }
    }
}
