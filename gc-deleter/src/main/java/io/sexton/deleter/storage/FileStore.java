package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The files of regions within one store. Holds what a command claims against the configuration: a root without the
 * configured shape is refused before the storage hears of it, so that no command reaches into another region's root,
 * the trash or the archive (I1).
 *
 * <p>Safe for use by many threads; calls block.
 */
public final class FileStore {

    private final ObjectStore objects;
    private final RootShape rootShape;

    /** The regions of that store whose roots look like this. */
    public FileStore(ObjectStore objects, RootShape rootShape) {
        this.objects = objects;
        this.rootShape = rootShape;
    }

    /**
     * Looks at one file.
     *
     * @param root the region's place in this store, as the command claims it
     * @param path the file within it
     */
    public Lookup stat(RegionRoot root, FilePath path) {
        Optional<String> problem = rootShape.problemWith(root);
        return problem.isPresent() ? new Lookup.Refused(problem.get()) : objects.stat(ObjectKey.of(root, path));
    }

    /**
     * Deletes those files that still are what was condemned.
     *
     * @param root the region's place in this store, as the command claims it
     * @param files what to delete; none of it is touched if the root is refused
     * @param guard asked before each operation that deletes; once it says no, the remaining files are retryable
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        // WARNING: the only thing that stands between a wrong RegionOpened and another region's files (I1).
        Optional<String> problem = rootShape.problemWith(root);
        if (problem.isPresent()) {
            return Collections.nCopies(files.size(), FileResult.refused(problem.get()));
        }
        List<ObjectDeletion> deletions = files.stream()
                .map(file -> new ObjectDeletion(ObjectKey.of(root, file.path()), file.expected()))
                .toList();
        return objects.deleteMany(deletions, guard);
    }
}
