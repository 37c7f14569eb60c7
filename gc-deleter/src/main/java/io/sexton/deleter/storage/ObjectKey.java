package io.sexton.deleter.storage;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key of an object within a store: segments separated by {@code /}, none of them empty, {@code .} or {@code ..}.
 * The same form names a directory (a prefix of keys, without the {@code /} at its end).
 *
 * <p>A key is text, not yet a permission: {@link FileStore} makes keys of a root that has the store's shape and of a
 * path within it, or of the store's own directories.
 *
 * <p>Ordered by their UTF-8 bytes, as object stores list them.
 *
 * @param value the key as text
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {

    /** The store's own directory; no object has this key. */
    public static final ObjectKey TOP = new ObjectKey("");

    /** @throws IllegalArgumentException if a segment is missing or leads elsewhere; the message names it */
    public ObjectKey {
        if (!value.isEmpty()) {
            problemWith(value).ifPresent(problem -> {
                throw new IllegalArgumentException("an object key " + problem);
            });
        }
    }

    /** Returns the key of a region's file. The root must have been verified as the region's own. */
    static ObjectKey of(RegionRoot root, FilePath path) {
        return new ObjectKey(root.root() + "/" + path.value());
    }

    /** Returns the key with this text, which is not empty. */
    public static ObjectKey of(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an object key is not empty");
        }
        return new ObjectKey(value);
    }

    /**
     * Returns why a text is no key: each segment must be valid in the path of a file.
     *
     * @return what is wrong, as a phrase with the key as its subject; empty if it is valid
     */
    static Optional<String> problemWith(String value) {
        if (FilePath.problemWith(value).isEmpty()) {
            return Optional.empty();
        }
        // Segment by segment, because a key, a root and a path together, can be longer than a path alone.
        for (String segment : value.split("/", -1)) {
            Optional<String> problem = FilePath.problemWith(segment);
            if (problem.isPresent()) {
                return segment.isEmpty() ? Optional.of("has an empty segment") : problem;
            }
        }
        return Optional.empty();
    }

    /** Returns the key of an entry of this directory. */
    ObjectKey child(String name) {
        return new ObjectKey(value.isEmpty() ? name : value + "/" + name);
    }

    /** Returns the last segment. */
    String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    /** Returns the directory that holds it; empty for the store's own. */
    String parent() {
        int slash = value.lastIndexOf('/');
        return slash < 0 ? "" : value.substring(0, slash);
    }

    /** Returns true if this is inside that directory, at any depth. */
    boolean isWithin(ObjectKey directory) {
        return directory.value.isEmpty() ? !value.isEmpty() : value.startsWith(directory.value + "/");
    }

    @Override
    public int compareTo(ObjectKey other) {
        byte[] mine = value.getBytes(StandardCharsets.UTF_8);
        byte[] others = other.value.getBytes(StandardCharsets.UTF_8);
        return Arrays.compareUnsigned(mine, others);
    }

    @Override
    public String toString() {
        return value;
    }
}
