package io.sexton.client;

import io.sexton.proto.FilePath;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a pin protects. */
public sealed interface PinTarget {

    /**
     * Every file of one version of the manifest.
     *
     * @param version unsigned
     */
    record AtVersion(long version) implements PinTarget {}

    /** Exactly these paths, whatever their state. */
    record Files(Set<FilePath> paths) implements PinTarget {
        public Files {
            paths = Set.copyOf(paths);
        }
    }

    static PinTarget atVersion(long version) {
        return new AtVersion(version);
    }

    static PinTarget files(Collection<FilePath> paths) {
        return new Files(new LinkedHashSet<>(paths));
    }

    /** Whether whoever holds this also holds the other. */
    default boolean covers(PinTarget other) {
        if (this instanceof Files mine && other instanceof Files others) {
            return mine.paths().containsAll(others.paths());
        }
        return equals(other);
    }
}
