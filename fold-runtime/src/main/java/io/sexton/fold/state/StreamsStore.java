package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * State in a store of Kafka Streams, with its changelog. Used by the task's thread only.
 *
 * <p>Changes are pending until {@link #flush}, which must follow each record: then a row that a record has changed twice is
 * written once, and all rows in one batch, in order, whose changelog records compress well. Reads return pending changes.
 */
public final class StreamsStore implements OrderedStore {
    /** Upper bound on pending changes: more are written at once, within the same transaction. */
    private static final int MOST_PENDING = 1_000;

    /** Fewer changes than this cost less one by one: a batch is an object of RocksDB, too. */
    private static final int LEAST_BATCH = 8;

    private static final byte[] REMOVED = {};

    private final KeyValueStore<Bytes, byte[]> store;
    private final NavigableMap<Bytes, byte[]> pending = new TreeMap<>();

    public StreamsStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        Bytes wrapped = Bytes.wrap(key);
        byte[] change = pending.get(wrapped);
        return change == null ? store.get(wrapped) : stored(change);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        change(key, value);
    }

    @Override
    public void delete(byte[] key) {
        change(key, REMOVED);
    }

    private void change(byte[] key, byte[] value) {
        pending.put(Bytes.wrap(key), value);
        if (pending.size() == MOST_PENDING) {
            flush();
        }
    }

    @SuppressWarnings("ReferenceEquality") // an empty value is a value
    private static byte @Nullable [] stored(byte[] change) {
        return change == REMOVED ? null : change;
    }

    @Override
    public List<Entry> page(byte[] from, byte[] to, int limit) {
        Bytes end = Bytes.wrap(to);
        if (!pending.subMap(Bytes.wrap(from), end).isEmpty()) {
            flush();
        }
        List<Entry> page = new ArrayList<>();
        // The range of Streams includes its end: the key that is excluded here is skipped below.
        try (KeyValueIterator<Bytes, byte[]> range = store.range(Bytes.wrap(from), end)) {
            while (page.size() < limit && range.hasNext()) {
                KeyValue<Bytes, byte[]> next = range.next();
                if (next.key.equals(end)) {
                    break;
                }
                page.add(new Entry(next.key.get(), next.value));
            }
        }
        return page;
    }

    /** Writes the pending changes to the store. */
    public void flush() {
        if (pending.size() < LEAST_BATCH) {
            pending.forEach((key, change) -> store.put(key, stored(change)));
        } else {
            List<KeyValue<Bytes, byte[]>> batch = new ArrayList<>(pending.size());
            pending.forEach((key, change) -> batch.add(KeyValue.pair(key, stored(change))));
            store.putAll(batch);
        }
        pending.clear();
    }
}
