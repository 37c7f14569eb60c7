package io.sexton.client.spi;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.proto.RegionId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A writer to the topics that are keyed by region. Records that one thread appends for one region are in the log in
 * that order, except for those that fail.
 *
 * <p>Safe for use by any thread.
 */
public interface LogWriter {

    /**
     * Appends a record.
     *
     * @return the position in the log. It fails only with a {@link PublishException} and is never cancelled. The
     *     network thread completes it, so dependent stages must not block
     */
    CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message);

    /** Appends one record to each partition of the topic, for messages that concern partitions rather than a region. */
    CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message);

    /** Returns the maximum size of a record's value, in bytes. */
    int maxValueBytes(RegionId region);
}
