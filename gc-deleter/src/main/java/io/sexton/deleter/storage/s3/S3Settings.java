package io.sexton.deleter.storage.s3;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a bucket and its requests. Credentials are no part of it: they come from the SDK's default chain.
 *
 * @param bucket its name
 * @param prefix the store begins below it, without {@code /} at its ends; empty: the whole bucket is the store
 * @param region the bucket's region; null: what the SDK finds in its environment
 * @param endpoint address of a server other than AWS's own; null: AWS
 * @param pathStyle true if the bucket is in the path of a request, as most other servers require
 * @param contentMd5 true if bulk requests carry a Content-MD5, which servers of before 2025 require, too
 * @param pageSize keys in one bulk request, 1 to 1,000
 * @param keysPerSecond deletes a second that are tried while the storage does not throttle; S3 allows some 3,500 writes
 *     a second and prefix, and each key of a bulk request is one
 * @param requestTimeout upper bound on one request
 * @param backoff the longest first pause before a retry; doubles with each
 * @param conditional how deletes are bound to the object that was checked
 * @param versions the meaning of a delete if the bucket has versions
 * @param connections requests at once
 */
public record S3Settings(
        String bucket,
        String prefix,
        @Nullable String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        boolean contentMd5,
        int pageSize,
        int keysPerSecond,
        Duration requestTimeout,
        Duration backoff,
        Conditional conditional,
        Versions versions,
        int connections) {

    /** The way in which a delete is bound to the object that was checked, so that a write in between is not lost. */
    public enum Conditional {
        /** By the etag of each key in a bulk request. */
        BULK,
        /** By {@code If-Match} on single requests, for servers that ignore etags in bulk requests. */
        SINGLE,
        /** Not bound, for servers that support neither: a write between check and delete is lost. */
        NONE
    }

    /** The meaning of a delete in a bucket with versions. */
    public enum Versions {
        /** The current version becomes an older one, below a delete marker. */
        KEEP,
        /** All versions of the key go, and the marker with them. */
        PURGE
    }

    /** @throws IllegalArgumentException if a bound is out of its range; the message names it */
    public S3Settings {
        require(!bucket.isEmpty(), "the bucket must have a name");
        require(!prefix.startsWith("/") && !prefix.endsWith("/"), "the prefix must not begin or end with '/'");
        require(pageSize >= 1 && pageSize <= 1_000, "the page size must be between 1 and 1000");
        require(keysPerSecond >= 1, "keys per second must be at least 1");
        require(requestTimeout.isPositive(), "the request time-out must be positive");
        require(backoff.isPositive(), "the back-off must be positive");
        require(connections >= 1, "connections must be at least 1");
    }

    /** Returns settings of a bucket with everything else at its default. */
    public static S3Settings of(String bucket) {
        return new S3Settings(
                bucket,
                "",
                null,
                null,
                false,
                false,
                250,
                3_000,
                Duration.ofSeconds(3),
                Duration.ofMillis(100),
                Conditional.BULK,
                Versions.KEEP,
                32);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
