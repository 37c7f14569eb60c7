package io.sexton.client;

import io.sexton.proto.RegionId;

/**
 * The failure to acquire or renew a lock: the request was rejected, timed out or was not answered, the lock was lost, or
 * the client is closed. The lock is not held, and a late grant is released.
 */
public final class LockUnavailableException extends SextonException {

    private static final long serialVersionUID = 1L;

    private final String regionId;

    /**
     * Creates the failure of a lock.
     *
     * @param reason the reason, for people
     */
    public LockUnavailableException(RegionId region, String reason) {
        super("lock of region " + region + ": " + reason, null);
        this.regionId = region.value();
    }

    /** Returns the region of the lock. */
    public RegionId region() {
        return RegionId.of(regionId);
    }
}
