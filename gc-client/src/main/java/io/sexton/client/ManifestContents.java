package io.sexton.client;

import io.sexton.v1.FileRef;

/**
 * The files of one version of a manifest.
 *
 * @param version the version that has {@code files}; 0 if the manifest has no versions
 * @param files every file of that version; iterated once
 */
public record ManifestContents(long version, Iterable<FileRef> files) {}
