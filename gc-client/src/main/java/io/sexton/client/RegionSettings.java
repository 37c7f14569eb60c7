package io.sexton.client;

/**
 * The location and kind of a region, as its leader declares them.
 *
 * @param store the name of the store in the configuration of gc-deleter
 * @param root the path of the region's root within the store
 * @param retentionOnly true if the region has no manifest; its files are deleted after their retention
 */
public record RegionSettings(String store, String root, boolean retentionOnly) {

    /** Returns the settings of a region with a manifest. */
    public static RegionSettings of(String store, String root) {
        return new RegionSettings(store, root, false);
    }

    /** Returns the settings of a region without a manifest, whose files are deleted by age only. */
    public static RegionSettings retentionOnly(String store, String root) {
        return new RegionSettings(store, root, true);
    }
}
