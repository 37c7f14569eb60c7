package io.sexton.fold.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map from byte strings to byte strings, in the unsigned lexicographic order of its keys. It hides the medium of the
 * state from the fold.
 *
 * <p>Arguments and results are shared and must not be changed. Not thread safe. Errors of the medium are unchecked
 * exceptions and leave the fold in an unknown state: the caller must discard it (in Kafka Streams: abort the transaction
 * and restore).
 */
public interface OrderedStore {
    /** Returns the value under the key; {@code null}: none. */
    byte @Nullable [] get(byte[] key);

    /** Inserts or replaces a value. */
    void put(byte[] key, byte[] value);

    /** Removes a key, which may be absent. */
    void delete(byte[] key);

    /**
     * Returns the first entries of a range, ascending. Bounded: a long range is read in pages, with writes between them.
     *
     * @param from inclusive
     * @param to exclusive
     * @param limit maximum number of entries, above 0
     */
    List<Entry> page(byte[] from, byte[] to, int limit);

    /** A key with its value. Equality is identity. */
    @SuppressWarnings(
            "ArrayRecordComponent") // copying would double the cost of every scan
    record Entry(byte[] key, byte[] value) {}
}
