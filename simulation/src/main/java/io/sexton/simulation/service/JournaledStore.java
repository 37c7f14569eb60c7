package io.sexton.simulation.service;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.state.MemoryStore;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store of one partition as its changelog holds it: writes since the last commit can be rolled back. Only the process
 * that owns the partition has access; a former owner gets an exception at its next access.
 */
final class JournaledStore {
    /** Thrown to a process that no longer owns the partition. */
    static final class FencedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A row as it was at the last commit. */
    @SuppressWarnings("ArrayRecordComponent") // put back, never compared
    private record Row(byte[] key, Optional<byte[]> value) {}

    private final MemoryStore rows = new MemoryStore();
    private final Map<ByteBuffer, Row> before = new LinkedHashMap<>();
    private int owner;

    /** Returns the view of a new owner. Fences all earlier ones, and rolls back what they did not commit. */
    OrderedStore own(int newOwner) {
        before.values()
                .forEach(row ->
                        row.value().ifPresentOrElse(old -> rows.put(row.key(), old), () -> rows.delete(row.key())));
        before.clear();
        owner = newOwner;
        return new View(newOwner);
    }

    void commit() {
        before.clear();
    }

    private final class View implements OrderedStore {
        private final int as;

        private View(int as) {
            this.as = as;
        }

        private MemoryStore owned() {
            if (as != owner) {
                throw new FencedException();
            }
            return rows;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return owned().get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            journaled(key).put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            journaled(key).delete(key);
        }

        @Override
        public List<Entry> page(byte[] from, byte[] to, int limit) {
            return owned().page(from, to, limit);
        }

        private MemoryStore journaled(byte[] key) {
            MemoryStore store = owned();
            before.computeIfAbsent(ByteBuffer.wrap(key), unseen -> new Row(key, Optional.ofNullable(store.get(key))));
            return store;
        }
    }
}
