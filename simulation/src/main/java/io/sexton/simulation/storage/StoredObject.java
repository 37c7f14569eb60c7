package io.sexton.simulation.storage;

import io.sexton.deleter.core.ObjectFacts;
import java.time.Instant;
import java.util.Arrays;

/**
 * An object as it really is. Each that ever came to lie somewhere is one of its own.
 *
 * @param path within its root
 * @param etag as an object store would say; a copy has that of its original
 * @param bytes what it holds; never changed, and never the same for two that were written
 * @param modifiedAt when it was written, by the store's clock
 * @param writtenAt when it came to lie there, in truth
 */
@SuppressWarnings("ArrayRecordComponent") // compared as what was written once, or by hasBytesOf
public record StoredObject(String path, String etag, byte[] bytes, Instant modifiedAt, Instant writtenAt) {
    /** Its length. */
    public long sizeBytes() {
        return bytes.length;
    }

    /** Whether it holds the same. */
    public boolean hasBytesOf(StoredObject other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /** What a store says of it, if it is one with etags. */
    ObjectFacts facts(boolean etags) {
        return new ObjectFacts(sizeBytes(), modifiedAt, etags ? etag : null);
    }
}
