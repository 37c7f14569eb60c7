package io.sexton.client;

import com.google.protobuf.MessageLite;
import io.sexton.proto.RegionId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends records to the topics that are keyed by region. Records that one thread appends for one region are in the
 * log in that order, but for those that fail.
 *
 * <p>Safe for use by any thread.
 */
public interface LogWriter {

    /**
     * Appends a record.
     *
     * @return its place in the log; fails with a {@link PublishException}, never otherwise, and is never cancelled.
     *     Completed by the network thread: what depends on it must not block
     */
    CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message);

    /** One record for each partition of the topic: for what concerns partitions rather than a region. */
    CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message);

    /** Waits until everything that was handed over is acknowledged or has failed. */
    void flush();

    /** The most bytes that a record's value may have. */
    int maxValueBytes(RegionId region);
}
