package io.sexton.deleter.core;

import io.sexton.proto.FilePath;

/**
 * One file to be deleted, and what it must still look like when it is.
 *
 * @param path the file, relative to the region's root
 * @param expected what tells the condemned file from another one that reuses its path
 * @param isRevoked it is to stay: what an earlier delivery may have done with it is found out, and no more
 */
public record Deletion(FilePath path, Expectation expected, boolean isRevoked) {

    /** A file that is to go. */
    public Deletion(FilePath path, Expectation expected) {
        this(path, expected, false);
    }
}
