package io.sexton.deleter.core;

import io.sexton.proto.RegionId;

/**
 * Where a command says that the files of a region lie within a store. Both parts are claims of whoever published
 * {@code RegionOpened}; a store holds them against its own configuration before it touches anything.
 *
 * @param region the region whose files these are
 * @param root the region's directory or key prefix within the store, {@code /}-separated, not validated
 */
public record RegionRoot(RegionId region, String root) {}
