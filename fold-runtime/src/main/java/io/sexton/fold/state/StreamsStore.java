package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** State in a store of Kafka Streams, with its changelog. Used by the task's thread only. */
public final class StreamsStore implements OrderedStore {
    private final KeyValueStore<Bytes, byte[]> store;

    public StreamsStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return store.get(Bytes.wrap(key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        store.put(Bytes.wrap(key), value);
    }

    @Override
    public void delete(byte[] key) {
        store.delete(Bytes.wrap(key));
    }

    @Override
    public List<Entry> page(byte[] from, byte[] to, int limit) {
        List<Entry> page = new ArrayList<>();
        // The range of Streams includes its end: the key that is excluded here is skipped below.
        try (KeyValueIterator<Bytes, byte[]> range = store.range(Bytes.wrap(from), Bytes.wrap(to))) {
            Bytes end = Bytes.wrap(to);
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
}
