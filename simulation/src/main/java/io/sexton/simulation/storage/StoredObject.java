package io.sexton.simulation.storage;

import java.time.Instant;

/**
 * An object as it really is.
 *
 * @param path within its region's root
 * @param generation tells the objects apart that ever lay under one path
 * @param sizeBytes its length
 * @param modifiedAt when it was written, by the store's clock
 * @param writtenAt when it was written in truth
 */
public record StoredObject(String path, long generation, long sizeBytes, Instant modifiedAt, Instant writtenAt) {
    /** As S3 would say. */
    public String etag() {
        return "e" + generation;
    }
}
