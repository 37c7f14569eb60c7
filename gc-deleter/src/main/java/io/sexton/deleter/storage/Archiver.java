package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import java.util.List;

/**
 * Keeps what files hold, elsewhere. Deletes nothing: {@link FileStore} deletes those files, and only those, of which this
 * says that they are kept. Safe for use by many threads, one a region.
 */
public interface Archiver {

    /**
     * A file to be archived.
     *
     * @param path where it lies in its region
     * @param key where it lies in its store
     * @param facts what the store says of it; another object under that key is another file
     */
    record Candidate(FilePath path, ObjectKey key, ObjectFacts facts) {}

    /** What became of one file. */
    sealed interface Archived {

        /** It is kept durably: a power failure does not take it back. */
        record Kept() implements Archived {}

        /** It is not, or not certainly; trying again may help. */
        record NotKept(String detail) implements Archived {}

        /** It cannot be archived as it is, now or later. */
        record Broken(String detail) implements Archived {}
    }

    /**
     * How many of these files, from the first on, are to be archived in one go. What was archived of them is deleted
     * before the next are begun, so that the time of a call may end at any moment and has not been wasted.
     *
     * @param files not empty
     * @param before how many files of the call were archived, or tried, before these
     * @return at least 1; all of them where nothing else is said
     */
    default int atOnce(List<Candidate> files, int before) {
        return files.size();
    }

    /**
     * Archives files of one region.
     *
     * @param objects where they are read from
     * @param command in whose name; delivered again, it archives nothing twice
     * @param guard asked before each file, and while a large one is read: once it says no, what is not archived yet is
     *     left. It keeps back the time in which the files are deleted
     * @return one answer for each of {@code files}, in their order
     */
    List<Archived> archive(
            ObjectStore objects,
            RegionRoot root,
            List<Candidate> files,
            Treatment.CommandName command,
            CallGuard guard);
}
