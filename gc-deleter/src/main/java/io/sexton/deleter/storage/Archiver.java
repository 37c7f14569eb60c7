package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import java.util.List;

/**
 * An archive of files' contents in another place. It deletes nothing: {@link FileStore} deletes only files that an
 * archiver reports as kept. Safe for use by many threads, one a region.
 */
public interface Archiver {

    /**
     * A file to be archived.
     *
     * @param path within its region
     * @param key within its store
     * @param facts the store's description of it; another object under that key is another file
     */
    record Candidate(FilePath path, ObjectKey key, ObjectFacts facts) {}

    /** The outcome of one file. */
    sealed interface Archived {

        /** It is kept durably, and survives a power failure. */
        record Kept() implements Archived {}

        /** It is not kept, or not certainly; retryable. */
        record NotKept(String detail) implements Archived {}

        /** It cannot be archived as it is, now or later. */
        record Broken(String detail) implements Archived {}
    }

    /**
     * Returns how many of these files, from the first on, are to be archived together. They are deleted before the next
     * are begun, so that the end of a call's time wastes no work.
     *
     * @param files not empty
     * @param before how many files of the call were archived, or tried, before these
     * @return at least 1; all of them by default
     */
    default int atOnce(List<Candidate> files, int before) {
        return files.size();
    }

    /**
     * Archives files of one region.
     *
     * @param objects the store to read from
     * @param command in whose name; delivered again, it archives nothing twice
     * @param guard checked before each file, and while a large one is read: once it refuses, the remaining files are
     *     not archived. It reserves the time in which the files are deleted
     * @return one answer for each of {@code files}, in their order
     */
    List<Archived> archive(
            ObjectStore objects,
            RegionRoot root,
            List<Candidate> files,
            Treatment.CommandName command,
            CallGuard guard);
}
