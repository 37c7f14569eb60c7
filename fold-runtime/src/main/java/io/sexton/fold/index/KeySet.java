package io.sexton.fold.index;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An ordered set of keys (an index) in a store that several tables share. Not thread safe. */
public final class KeySet {
    private static final int PAGE = 512;
    private static final byte[] PRESENT = {};

    private final OrderedStore store;
    private final int tag;

    public KeySet(OrderedStore store, int tag) {
        this.store = store;
        this.tag = tag;
    }

    /** Starts a key, or a prefix of keys, of this set. */
    public Key key() {
        return Key.of(tag);
    }

    /** Adds a key, which may be present. */
    public void add(byte[] key) {
        add(key, PRESENT);
    }

    /** Adds a key with a value, or replaces its value. */
    void add(byte[] key, byte[] value) {
        store.put(key, value);
    }

    /**
     * Adds a key.
     *
     * @throws IllegalStateException if it is present
     */
    public void insert(byte[] key) {
        if (contains(key)) {
            throw new IllegalStateException("set " + tag + " has the key already");
        }
        add(key);
    }

    /** Removes a key, which may be absent. */
    public void remove(byte[] key) {
        store.delete(key);
    }

    /**
     * Removes a key.
     *
     * @throws IllegalStateException if it is absent
     */
    public void deleteExisting(byte[] key) {
        if (!contains(key)) {
            throw new IllegalStateException("set " + tag + " does not have the key");
        }
        remove(key);
    }

    /** Returns whether the key is present. */
    public boolean contains(byte[] key) {
        return store.get(key) != null;
    }

    /** Returns the first key of the range; {@code null}: none. */
    public byte @Nullable [] firstOf(byte[] from, byte[] to) {
        List<byte[]> first = page(from, to, 1);
        return first.isEmpty() ? null : first.getFirst();
    }

    /** Returns the first keys at or above {@code from} and below {@code to}. */
    public List<byte[]> page(byte[] from, byte[] to, int limit) {
        return entries(from, to, limit).stream().map(OrderedStore.Entry::key).toList();
    }

    /** Returns the first keys at or above {@code from} and below {@code to}, with their values. */
    List<OrderedStore.Entry> entries(byte[] from, byte[] to, int limit) {
        return store.page(from, to, limit);
    }

    /**
     * Removes and visits the first keys of the range, in order.
     *
     * @param limit the maximum number of keys
     * @param visitor may add keys above the range
     * @return the lower bound of the keys that are left; {@code null}: none was taken
     */
    public byte @Nullable [] take(byte[] from, byte[] to, int limit, Consumer<byte[]> visitor) {
        byte[] next = from;
        int taken = 0;
        while (taken < limit) {
            int size = Math.min(PAGE, limit - taken);
            List<byte[]> page = page(next, to, size);
            for (byte[] key : page) {
                remove(key);
                visitor.accept(key);
            }
            taken += page.size();
            if (page.size() < size) {
                return taken == 0 ? null : to;
            }
            next = Key.next(page.getLast());
        }
        return next;
    }

    /** Visits every key under the prefix, in order. The visitor may remove that key. */
    public void forEach(byte[] prefix, Consumer<byte[]> visitor) {
        byte[] end = Key.after(prefix);
        byte[] from = prefix;
        List<byte[]> page;
        do {
            page = page(from, end, PAGE);
            for (byte[] key : page) {
                visitor.accept(key);
                from = Key.next(key);
            }
        } while (page.size() == PAGE);
    }
}
