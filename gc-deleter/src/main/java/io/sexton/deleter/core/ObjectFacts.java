package io.sexton.deleter.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an object that exists, as its store returns them.
 *
 * @param sizeBytes its length in bytes
 * @param modifiedAt when it was last written, by the store's clock
 * @param etag the store's entity tag; null where the store has none
 */
public record ObjectFacts(
        long sizeBytes, Instant modifiedAt, @Nullable String etag) {}
