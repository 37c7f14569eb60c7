package io.sexton.sources.rocksdb;

import io.sexton.client.RegionSettings;

/**
 * A region's state on shared storage.
 *
 * @param settings where gc-deleter finds the files: the name of its store, and the region's root in it
 * @param files the same root, to write to
 * @param manifest the list of the files that the region consists of. Not under that root, or excluded from scans by the
 *     policy's {@code file_pattern}: a scan would take it for an orphan
 */
public record RegionStorage(RegionSettings settings, SstStore files, ManifestStore manifest) {}
