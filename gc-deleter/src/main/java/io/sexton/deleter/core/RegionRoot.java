package io.sexton.deleter.core;

import io.sexton.proto.RegionId;

/**
 * The place of a region's files within a store, as a command states it. Both parts are claims of whoever published
 * {@code RegionOpened}; a store compares them with its own configuration before it touches anything.
 *
 * @param region the region whose files these are
 * @param root the region's directory or key prefix within the store, {@code /}-separated, not validated
 */
public record RegionRoot(RegionId region, String root) {}
