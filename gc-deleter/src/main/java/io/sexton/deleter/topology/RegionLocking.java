package io.sexton.deleter.topology;

import io.sexton.deleter.core.Lease;
import io.sexton.proto.RegionId;

/** The port to the locks of regions. Safe for use by any thread; no method blocks. */
public interface RegionLocking {

    /**
     * Requests a region's lock in mode UPDATE, and keeps it renewed once it is granted.
     *
     * @param listener notified of the outcome, by another thread
     */
    Request acquire(RegionId region, Listener listener);

    /** A lock that was requested. */
    interface Request {

        /** Releases the lock, or withdraws the request for it. May be repeated. */
        void release();
    }

    /** The listener to the outcome of a request. */
    interface Listener {

        /** The lock is held. */
        void granted(Lease lease);

        /** It is not, and will not be for this request. */
        void notGranted(String why);

        /** It was held and is no longer. */
        void lost();

        /** Another owner waits for it. */
        void yieldRequested();
    }
}
