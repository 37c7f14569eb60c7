package io.sexton.client;

import io.sexton.proto.RegionId;
import java.util.concurrent.CompletableFuture;

/**
 * Where the answers to requests come from: the records of one topic, for the regions that somebody follows. Safe for use
 * by any thread.
 */
public interface AnswerFeed extends AutoCloseable {

    /** What takes the records; called by one thread at a time, in log order. Must not block. */
    interface Sink {
        void record(RegionId region, LogPosition at, byte[] value);

        /** Records of this partition may have been missed; from now on it is read again. */
        void gap(int partition, String why);
    }

    /** Somebody's interest in a region. */
    interface Follow {
        /**
         * Completed once every record that is appended from then on will be read: whoever sends a request only after
         * that misses no answer. Fails only when the feed closes.
         */
        CompletableFuture<Void> ready();
    }

    /** Reads the region's records until {@link #leave}. */
    Follow follow(RegionId region);

    /** Takes back what this feed's {@link #follow} returned. */
    void leave(Follow follow);

    /** The partition of a region's records; to be asked only once a follow of it has been ready. */
    int partitionOf(RegionId region);

    /** Why a follow may have to wait, for the message of whoever gave up; empty if reading goes well. */
    String problem();

    /** Stops reading; every follow that is not ready fails. */
    @Override
    void close();
}
