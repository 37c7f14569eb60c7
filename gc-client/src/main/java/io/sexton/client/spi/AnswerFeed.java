package io.sexton.client.spi;

import io.sexton.client.LogPosition;
import io.sexton.proto.RegionId;
import java.util.concurrent.CompletableFuture;

/**
 * A reader of the records of one topic, which answer requests, for the regions that are followed. Safe for use by any
 * thread.
 */
public interface AnswerFeed extends AutoCloseable {

    /** The receiver of the records. Called by one thread at a time, in log order; must not block. */
    interface Sink {
        /** Receives a record of a followed region. */
        void record(RegionId region, LogPosition at, byte[] value);

        /** Reports that records of a partition may have been missed. The partition is being read again. */
        void gap(int partition, String why);
    }

    /** A registration for the records of a region. */
    interface Follow {
        /**
         * Returns a future that completes once every record that is appended from then on will be read. The answer to a
         * request that is sent after that is not missed. Fails only when the feed closes.
         */
        CompletableFuture<Void> ready();
    }

    /** Reads the region's records until {@link #leave}. */
    Follow follow(RegionId region);

    /** Ends a registration that {@link #follow} of this feed returned. */
    void leave(Follow follow);

    /** Returns the partition of a region's records. May be called only after a follow of the region has been ready. */
    int partitionOf(RegionId region);

    /** Returns the reason for which a follow may have to wait, for error messages; empty if there is no problem. */
    String problem();

    /** Stops reading; every follow that is not ready fails. */
    @Override
    void close();
}
