package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;
import java.util.List;

/**
 * A part of a directory's listing.
 *
 * @param objects plain files
 * @param directories directories, or in an object store the prefixes that continue after a {@code /}
 * @param unrepresentable names of either that no {@link ObjectKey} has, because they are not UTF-8 or not valid in a
 *     path; in a form for people. Their objects are in neither of the others
 */
public record ListingPage(List<Listed> objects, List<ObjectKey> directories, List<String> unrepresentable) {

    /** Copies all three. */
    public ListingPage {
        objects = List.copyOf(objects);
        directories = List.copyOf(directories);
        unrepresentable = List.copyOf(unrepresentable);
    }

    /** Creates a page all of whose names are keys. */
    public ListingPage(List<Listed> objects, List<ObjectKey> directories) {
        this(objects, directories, List.of());
    }

    /** An object that was listed. */
    public record Listed(ObjectKey key, ObjectFacts facts) {}
}
