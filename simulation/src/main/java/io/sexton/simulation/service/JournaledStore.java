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
 * The state of one partition as its changelog keeps it: what was written since the last commit can be taken back. Only
 * the process that owns the partition may touch it; one that has lost it is named at its next access.
 */
final class JournaledStore implements OrderedStore {
    /** Thrown to a process that no longer owns the partition. */
    static final class FencedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final MemoryStore rows = new MemoryStore();
    /** A row as it was at the last commit. */
    @SuppressWarnings("ArrayRecordComponent") // kept to be put back, never compared
    private record Row(byte[] key, Optional<byte[]> value) {}

    private final Map<ByteBuffer, Row> before = new LinkedHashMap<>();
    private int owner;

    /** The view of an owner; every earlier one is fenced from now on, and what it did not commit is taken back. */
    OrderedStore own(int newOwner) {
        rollBack();
        owner = newOwner;
        return new View(newOwner);
    }

    void commit() {
        before.clear();
    }

    void rollBack() {
        before.values()
                .forEach(row ->
                        row.value().ifPresentOrElse(old -> rows.put(row.key(), old), () -> rows.delete(row.key())));
        before.clear();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return rows.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        remember(key);
        rows.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
        remember(key);
        rows.delete(key);
    }

    @Override
    public List<Entry> page(byte[] from, byte[] to, int limit) {
        return rows.page(from, to, limit);
    }

    private void remember(byte[] key) {
        before.computeIfAbsent(ByteBuffer.wrap(key), unseen -> new Row(key, Optional.ofNullable(rows.get(key))));
    }

    private final class View implements OrderedStore {
        private final int as;

        private View(int as) {
            this.as = as;
        }

        private JournaledStore mine() {
            if (as != owner) {
                throw new FencedException();
            }
            return JournaledStore.this;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return mine().get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            mine().put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            mine().delete(key);
        }

        @Override
        public List<Entry> page(byte[] from, byte[] to, int limit) {
            return mine().page(from, to, limit);
        }
    }
}
