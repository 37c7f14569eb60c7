package io.sexton.deleter.core;

import io.sexton.proto.FilePath;

/**
 * One file to be deleted, and the identity that it must still have then.
 *
 * @param path the file, relative to the region's root
 * @param expected distinguishes the condemned file from another one that reuses its path
 * @param isRevoked whether it is to stay: only what an earlier delivery may have done with it is found out
 * @param condemned why and when it was condemned
 */
public record Deletion(FilePath path, Expectation expected, boolean isRevoked, Condemnation condemned) {

    /** A file of whose condemnation nothing is known; it stays where a floor needs to know. */
    public Deletion(FilePath path, Expectation expected, boolean isRevoked) {
        this(path, expected, isRevoked, Condemnation.UNKNOWN);
    }

    /** A file that is to be deleted, of whose condemnation nothing is known; it stays where a floor needs to know. */
    public Deletion(FilePath path, Expectation expected) {
        this(path, expected, false);
    }

    /** Returns the same file, to be deleted only if its object is old enough for the floors. */
    public Deletion narrowed(Floors floors) {
        return new Deletion(path, floors.narrow(expected, condemned), isRevoked, condemned);
    }
}
