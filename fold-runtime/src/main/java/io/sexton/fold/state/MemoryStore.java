package io.sexton.fold.state;

import io.sexton.fold.core.OrderedStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** State on the heap: for replay, for tests, for the simulation. Not thread safe. */
public final class MemoryStore implements OrderedStore {
    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public byte @Nullable [] get(byte[] key) {
        return entries.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        entries.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
        entries.remove(key);
    }

    @Override
    public List<Entry> page(byte[] from, byte[] to, int limit) {
        List<Entry> page = new ArrayList<>();
        for (Map.Entry<byte[], byte[]> entry : entries.subMap(from, to).entrySet()) {
            page.add(new Entry(entry.getKey(), entry.getValue()));
            if (page.size() == limit) {
                break;
            }
        }
        return page;
    }
}
