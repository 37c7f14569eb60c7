package io.sexton.client;

import io.sexton.v1.FileRef;

/**
 * What a manifest names in one version.
 *
 * @param version the version that {@code files} are of; 0 where manifests have no versions
 * @param files every file of that version; iterated once
 */
public record ManifestContents(long version, Iterable<FileRef> files) {}
