package io.sexton.deleter.topology;

import io.sexton.deleter.core.Lease;
import io.sexton.proto.RegionId;

/** Where the locks of regions come from. Safe for use by any thread; no method blocks. */
public interface RegionLocking {

    /**
     * Asks for a region's lock in mode UPDATE, and keeps it renewed once it is granted.
     *
     * @param listener told what becomes of it, by another thread
     */
    Request acquire(RegionId region, Listener listener);

    /** A lock that was asked for. */
    interface Request {

        /** Releases the lock, or gives up asking for it. May be repeated. */
        void release();
    }

    /** Is told what becomes of a request. */
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
