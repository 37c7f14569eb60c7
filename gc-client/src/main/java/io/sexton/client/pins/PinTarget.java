package io.sexton.client.pins;

import io.sexton.proto.FilePath;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The set of files that a pin protects. */
public sealed interface PinTarget {

    /**
     * All files of one version of the manifest.
     *
     * @param version the version, unsigned
     */
    record AtVersion(long version) implements PinTarget {}

    /** A set of paths, whatever the state of their files. */
    record Files(Set<FilePath> paths) implements PinTarget {
        public Files {
            paths = Set.copyOf(paths);
        }
    }

    /** Returns the target of all files of one version, unsigned. */
    static PinTarget atVersion(long version) {
        return new AtVersion(version);
    }

    /** Returns the target of a set of paths. */
    static PinTarget files(Collection<FilePath> paths) {
        return new Files(new LinkedHashSet<>(paths));
    }

    /** Returns whether this target includes every file of the other. */
    default boolean covers(PinTarget other) {
        if (this instanceof Files own && other instanceof Files others) {
            return own.paths().containsAll(others.paths());
        }
        return equals(other);
    }
}
