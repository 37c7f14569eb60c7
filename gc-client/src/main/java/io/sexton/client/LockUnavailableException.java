package io.sexton.client;

import io.sexton.proto.RegionId;

/**
 * The failure to acquire a lock: the request was rejected, timed out or was not answered, or the client is closed. The
 * lock is not held, and a late grant is released.
 */
public final class LockUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String regionId;

    LockUnavailableException(RegionId region, String reason) {
        super("lock of region " + region + ": " + reason);
        this.regionId = region.value();
    }

    /** Returns the region of the lock. */
    public RegionId region() {
        return RegionId.of(regionId);
    }
}
