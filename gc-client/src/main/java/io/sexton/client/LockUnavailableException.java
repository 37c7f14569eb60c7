package io.sexton.client;

import io.sexton.proto.RegionId;

/**
 * A lock was not granted: turned down, waited for in vain, not answered, or the client is closed. It is not held, and
 * will not be.
 */
public final class LockUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String regionId;

    LockUnavailableException(RegionId region, String reason) {
        super("lock of region " + region + ": " + reason);
        this.regionId = region.value();
    }

    /** The region whose lock it is. */
    public RegionId region() {
        return RegionId.of(regionId);
    }
}
