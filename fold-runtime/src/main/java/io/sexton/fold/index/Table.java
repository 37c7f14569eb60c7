package io.sexton.fold.index;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of one kind in a store that several kinds share: each key begins with the table's tag. Not thread safe. */
public final class Table<R extends MessageLite> {
    /** Rows in a page of a long range: the bound on the memory of a scan. */
    private static final int PAGE = 512;

    private final OrderedStore store;
    private final int tag;
    private final Parser<R> parser;

    public Table(OrderedStore store, int tag, Parser<R> parser) {
        this.store = store;
        this.tag = tag;
        this.parser = parser;
    }

    /** Starts a key, or a prefix of keys, of this table. */
    public Key key() {
        return Key.of(tag);
    }

    /** Returns the row under the key; {@code null}: none. */
    @Nullable
    public R get(byte[] key) {
        byte[] bytes = store.get(key);
        return bytes == null ? null : parse(bytes);
    }

    /** Inserts or replaces a row. */
    public void put(byte[] key, R row) {
        store.put(key, row.toByteArray());
    }

    /**
     * Inserts a row.
     *
     * @throws IllegalStateException if there is a row under the key
     */
    public void insert(byte[] key, R row) {
        if (store.get(key) != null) {
            throw new IllegalStateException("table " + tag + " has a row under the key already");
        }
        put(key, row);
    }

    /**
     * Replaces a row.
     *
     * @throws IllegalStateException if there is no row under the key
     */
    public void update(byte[] key, R row) {
        requirePresent(key);
        put(key, row);
    }

    /**
     * Inserts a row, without another read.
     *
     * @param read what the caller has read under the key
     * @throws IllegalStateException if it has read a row
     */
    public void insert(byte[] key, @Nullable Object read, R row) {
        if (read != null) {
            throw new IllegalStateException("table " + tag + " has a row under the key already");
        }
        put(key, row);
    }

    /**
     * Replaces a row, without another read.
     *
     * @param read what the caller has read under the key
     * @throws IllegalStateException if it has read none
     */
    public void update(byte[] key, @Nullable Object read, R row) {
        requireRead(read);
        put(key, row);
    }

    /**
     * Removes a row, without another read.
     *
     * @param read what the caller has read under the key
     * @throws IllegalStateException if it has read none
     */
    public void delete(byte[] key, @Nullable Object read) {
        requireRead(read);
        store.delete(key);
    }

    private void requireRead(@Nullable Object read) {
        if (read == null) {
            throw new IllegalStateException("table " + tag + " has no row under the key");
        }
    }

    /** Removes a row, which may be absent. */
    public void delete(byte[] key) {
        store.delete(key);
    }

    /**
     * Removes a row.
     *
     * @throws IllegalStateException if there is no row under the key
     */
    public void deleteExisting(byte[] key) {
        requirePresent(key);
        delete(key);
    }

    private void requirePresent(byte[] key) {
        if (store.get(key) == null) {
            throw new IllegalStateException("table " + tag + " has no row under the key");
        }
    }

    /** Visits every row under the prefix, in order of the keys. The visitor may change or remove that row. */
    public void forEach(byte[] prefix, Consumer<Stored<R>> visitor) {
        byte[] end = Key.after(prefix);
        byte[] from = prefix;
        List<OrderedStore.Entry> page;
        do {
            page = store.page(from, end, PAGE);
            for (OrderedStore.Entry entry : page) {
                visitor.accept(new Stored<>(entry.key(), parse(entry.value())));
                from = Key.next(entry.key());
            }
        } while (page.size() == PAGE);
    }

    /** Returns the first rows at or above {@code from} and below {@code to}. */
    public List<Stored<R>> page(byte[] from, byte[] to, int limit) {
        return store.page(from, to, limit).stream()
                .map(entry -> new Stored<>(entry.key(), parse(entry.value())))
                .toList();
    }

    private R parse(byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a row of table " + tag + " cannot be read: the store is damaged", e);
        }
    }

    /** A row and its key. */
    @SuppressWarnings("ArrayRecordComponent") // keys that come from the store
    public record Stored<R>(byte[] key, R row) {
        public Key.Reader parts() {
            return new Key.Reader(key);
        }
    }
}
