package io.sexton.client;

/**
 * Where a region's files are, as its leader declares it.
 *
 * @param store the name under which gc-deleter's own configuration knows the store
 * @param root the region's root within the store, a path
 * @param retentionOnly the region has no manifest; its files go when their retention has passed
 */
public record RegionSettings(String store, String root, boolean retentionOnly) {

    /** A region with a manifest. */
    public static RegionSettings of(String store, String root) {
        return new RegionSettings(store, root, false);
    }

    /** A region without a manifest, whose files go by age alone. */
    public static RegionSettings retentionOnly(String store, String root) {
        return new RegionSettings(store, root, true);
    }
}
