package io.sexton.simulation.storage;

import io.sexton.deleter.core.ObjectFacts;
import java.time.Instant;
import java.util.Arrays;

/**
 * An object in a store. Each write, copy or rename makes a distinct one.
 *
 * @param path within its root
 * @param etag as in an object store; a copy has that of its original
 * @param bytes its content, never changed, and different for each write
 * @param modifiedAt time of the write, by the store's clock
 * @param writtenAt true time at which it was created at this key
 */
@SuppressWarnings("ArrayRecordComponent") // compared as what was written once, or by hasBytesOf
public record StoredObject(String path, String etag, byte[] bytes, Instant modifiedAt, Instant writtenAt) {
    /** Returns its length. */
    public long sizeBytes() {
        return bytes.length;
    }

    /** Returns true if both have the same bytes. */
    public boolean hasBytesOf(StoredObject other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /** Returns the metadata that a store returns for it; with an etag in an object store. */
    ObjectFacts facts(boolean etags) {
        return new ObjectFacts(sizeBytes(), modifiedAt, etags ? etag : null);
    }
}
