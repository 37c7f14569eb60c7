package io.sexton.deleter.core;

import io.sexton.proto.FilePath;

/**
 * One file to be deleted, and what it must still look like when it is.
 *
 * @param path the file, relative to the region's root
 * @param expected what tells the condemned file from another one that reuses its path
 */
public record Deletion(FilePath path, Expectation expected) {}
