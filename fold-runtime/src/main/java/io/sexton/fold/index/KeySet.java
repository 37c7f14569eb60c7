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

    public Key key() {
        return Key.of(tag);
    }

    public void add(byte[] key) {
        store.put(key, PRESENT);
    }

    public void remove(byte[] key) {
        store.delete(key);
    }

    public boolean contains(byte[] key) {
        return store.get(key) != null;
    }

    public byte @Nullable [] firstOf(byte[] from, byte[] to) {
        List<OrderedStore.Entry> first = store.page(from, to, 1);
        return first.isEmpty() ? null : first.get(0).key();
    }

    public List<byte[]> page(byte[] from, byte[] to, int limit) {
        return store.page(from, to, limit).stream().map(OrderedStore.Entry::key).toList();
    }

    /** Visits every key under the prefix in order. The visitor may remove that key. */
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
