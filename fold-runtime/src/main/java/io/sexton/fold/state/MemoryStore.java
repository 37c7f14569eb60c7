package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * State in memory, for replays and tests: a hash table, and the keys in order, separately for each first byte, which is the
 * tag of a table. A fold reads single rows far more often than ranges, so new keys are sorted only when a range of their
 * table is read. Not thread safe.
 */
public final class MemoryStore implements OrderedStore {
    private final Map<Key, byte[]> rows = new HashMap<>();
    private final Order[] orders = new Order[256];

    @Override
    public byte @Nullable [] get(byte[] key) {
        return rows.get(new Key(key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        Key wrapped = new Key(key);
        if (rows.put(wrapped, value) == null) {
            int first = firstByte(key);
            Order order = orders[first];
            if (order == null) {
                order = new Order();
                orders[first] = order;
            }
            order.add(wrapped, rows);
        }
    }

    @Override
    public void delete(byte[] key) {
        Key wrapped = new Key(key);
        Order order = orders[firstByte(key)];
        if (rows.remove(wrapped) != null && order != null) {
            order.sorted.remove(wrapped);
        }
    }

    @Override
    public List<Entry> page(byte[] from, byte[] to, int limit) {
        List<Entry> page = new ArrayList<>();
        for (int first = firstByte(from); first <= firstByte(to); first++) {
            Order order = orders[first];
            if (order != null) {
                order.read(new Key(from), new Key(to), limit, rows, page);
            }
        }
        return page;
    }

    private static int firstByte(byte[] key) {
        return key.length == 0 ? 0 : key[0] & 0xFF;
    }

    /** The keys with one first byte. */
    private static final class Order {
        /** Maximum number of unsorted keys beyond the number of rows. */
        private static final int SLACK = 1024;

        private final TreeSet<Key> sorted = new TreeSet<>();
        private final List<Key> unsorted = new ArrayList<>();

        private void add(Key key, Map<Key, byte[]> rows) {
            unsorted.add(key);
            if (unsorted.size() > rows.size() + SLACK) {
                // Keys were put and deleted repeatedly, and no range was read.
                sort(rows);
            }
        }

        private void sort(Map<Key, byte[]> rows) {
            for (Key key : unsorted) {
                if (rows.containsKey(key)) {
                    sorted.add(key);
                }
            }
            unsorted.clear();
        }

        private void read(Key from, Key to, int limit, Map<Key, byte[]> rows, List<Entry> page) {
            sort(rows);
            Iterator<Key> range = sorted.subSet(from, to).iterator();
            while (page.size() < limit && range.hasNext()) {
                Key key = range.next();
                page.add(new Entry(key.bytes, Objects.requireNonNull(rows.get(key), "a key in order has a row")));
            }
        }
    }

    /** Bytes that compare unsigned, as RocksDB's do. */
    private static final class Key implements Comparable<Key> {
        private final byte[] bytes;
        private final int hash;

        private Key(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public int compareTo(Key other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
