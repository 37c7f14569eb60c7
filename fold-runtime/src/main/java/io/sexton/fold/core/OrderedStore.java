package io.sexton.fold.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map from byte strings to byte strings, in the unsigned lexicographic order of its keys: the only thing that a fold
 * knows of where its state lives.
 *
 * <p>The arrays that are handed in or out belong to both sides from then on: nobody changes them. Not thread safe: a
 * fold is one thread. Errors of the medium surface as unchecked exceptions and leave the fold in an unknown state; the
 * caller must abandon it (in Kafka Streams: abort the transaction and restore).
 */
public interface OrderedStore {
    /** The value under the key, or {@code null} when there is none. */
    byte @Nullable [] get(byte[] key);

    /** Inserts or replaces. */
    void put(byte[] key, byte[] value);

    /** Removes; a key that is absent is no error. */
    void delete(byte[] key);

    /**
     * The first entries of a range, ascending, read before the call returns. Bounded on purpose: whoever reads a long
     * range does so in pages and may write between them.
     *
     * @param from inclusive
     * @param to exclusive
     * @param limit at most so many entries, above 0
     */
    List<Entry> page(byte[] from, byte[] to, int limit);

    /** One key with its value. Identity, not content, decides equality: it is read and thrown away. */
    @SuppressWarnings(
            "ArrayRecordComponent") // a pair on its way out of the store; copying would double the cost of every scan
    record Entry(byte[] key, byte[] value) {}
}
