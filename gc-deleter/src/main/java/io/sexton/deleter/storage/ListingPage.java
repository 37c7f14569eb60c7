package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;
import java.util.List;

/**
 * A part of what lies in one directory.
 *
 * @param objects plain files
 * @param directories directories, or in an object store the prefixes that go on with a {@code /}
 */
public record ListingPage(List<Listed> objects, List<ObjectKey> directories) {

    /** Copies both. */
    public ListingPage {
        objects = List.copyOf(objects);
        directories = List.copyOf(directories);
    }

    /** An object that was listed. */
    public record Listed(ObjectKey key, ObjectFacts facts) {}
}
