package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import java.util.List;

/**
 * A place that holds files of regions.
 *
 * <p>What every implementation must keep:
 * <ul>
 *   <li>A root or a path is resolved under the store's own configuration. One that leads elsewhere, or to something
 *       that is no plain file, is refused, and so is a root without the configured shape (I1).
 *   <li>Absence is what the storage said of that very file. A time-out, a denial, a missing bucket or an unmounted
 *       volume is never absence (I5).
 *   <li>No exception tells of a failure: each file has its own answer, so that what is known of the others is kept.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads; calls block.
 */
public interface FileStore {

    /**
     * Looks at one file.
     *
     * @param root the region's place in this store, as the command claims it
     * @param path the file within it
     */
    Lookup stat(RegionRoot root, FilePath path);

    /**
     * Deletes those files that still are what was condemned.
     *
     * @param root the region's place in this store, as the command claims it
     * @param files what to delete; none of it is touched if the root is refused
     * @param guard asked before each operation that deletes; once it says no, the remaining files are retryable
     * @return one result for each of {@code files}, in their order: DELETED, ALREADY_ABSENT, CHANGED, REFUSED or
     *     FAILED_RETRYABLE
     */
    List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard);
}
