package io.sexton.deleter.topology;

import io.sexton.deleter.core.RegionRoot;

/** The inventories that gc-streams wants. Safe for use by any thread. */
@FunctionalInterface
public interface ScanRequests {

    /**
     * Takes note of a region whose root is to be listed. Returns at once; a request that cannot be kept is dropped and
     * counted, because gc-streams repeats it.
     *
     * @param store a store by the name that {@code RegionOpened.store} has, not validated
     * @param root the region's place in that store, not validated
     */
    void request(String store, RegionRoot root);
}
