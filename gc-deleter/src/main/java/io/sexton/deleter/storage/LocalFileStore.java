package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import io.sexton.v1.Outcome;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files in directories of this machine, or of a network file system that is mounted on it.
 *
 * <p>A path is walked one name at a time from a handle of the store's directory, never through a symbolic link, and
 * the file is checked and unlinked through the handle of the directory that holds it. So a directory that is swapped
 * for a link meanwhile leads nowhere else, and the time in which a writer can come between check and unlink is that
 * between two system calls.
 *
 * <p>"No such file" counts as absence only under the store's directory, opened and found mounted (see
 * {@link LocalStoreSettings}), and for a missing parent directory just as for the file: both are what the mounted file
 * system said of that path. A file system has no etags: a condemned file that is identified by nothing else is refused.
 *
 * <p>Directories that become empty stay. An unlink is not synced: after a power failure a deleted file may be back, as
 * garbage that the next inventory finds. One system call cannot be timed out: mount network file systems such that
 * they give up within the deleter's call time-out.
 */
public final class LocalFileStore implements FileStore {

    private final LocalStoreSettings settings;

    /** A store for these settings; touches nothing yet. */
    public LocalFileStore(LocalStoreSettings settings) {
        this.settings = settings;
    }

    @Override
    public Lookup stat(RegionRoot root, FilePath path) {
        Optional<String> problem = settings.rootShape().problemWith(root);
        if (problem.isPresent()) {
            return new Lookup.Refused(problem.get());
        }
        try (Descent descent = Descent.into(settings, root.root())) {
            return new Lookup.Found(factsOf(descent.parentOf(path), path));
        } catch (StorageProblemException e) {
            return switch (e.kind()) {
                case ABSENT -> new Lookup.Absent(e.detail());
                case REFUSED -> new Lookup.Refused(e.detail());
                case UNKNOWN -> new Lookup.Unknown(e.detail());
            };
        }
    }

    @Override
    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        Optional<String> problem = settings.rootShape().problemWith(root);
        if (problem.isPresent()) {
            return forAll(files, FileResult.refused(problem.get()));
        }
        List<FileResult> results = new ArrayList<>(files.size());
        try (Descent descent = Descent.into(settings, root.root())) {
            for (Deletion file : files) {
                results.add(delete(descent, file, guard));
            }
        } catch (StorageProblemException e) {
            return forAll(files, resultOf(e));
        }
        return results;
    }

    private static FileResult delete(Descent descent, Deletion file, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return FileResult.retryable("not attempted: " + stop.get());
        }
        try {
            Directory parent = descent.parentOf(file.path());
            ObjectFacts facts = factsOf(parent, file.path());
            return switch (file.expected().verify(facts)) {
                case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                case Verdict.Same same -> {
                    unlink(parent, file.path());
                    yield new FileResult(Outcome.DELETED, "", facts.sizeBytes());
                }
            };
        } catch (StorageProblemException e) {
            return resultOf(e);
        }
    }

    private static ObjectFacts factsOf(Directory parent, FilePath path) throws StorageProblemException {
        BasicFileAttributes attributes;
        try {
            attributes = parent.attributesOf(lastName(path));
        } catch (NoSuchFileException e) {
            throw StorageProblemException.absent("");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot look at the file", e);
        }
        if (!attributes.isRegularFile()) {
            throw StorageProblemException.refused("not a plain file but " + kindOf(attributes));
        }
        return new ObjectFacts(attributes.size(), attributes.lastModifiedTime().toInstant(), null);
    }

    private static void unlink(Directory parent, FilePath path) throws StorageProblemException {
        try {
            parent.unlink(lastName(path));
        } catch (NoSuchFileException e) {
            throw StorageProblemException.absent("gone between check and unlink");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot delete the file", e);
        }
    }

    private static String kindOf(BasicFileAttributes attributes) {
        return attributes.isSymbolicLink() ? "a symbolic link" : attributes.isDirectory() ? "a directory" : "a device";
    }

    private static Path lastName(FilePath path) throws StorageProblemException {
        return Directory.name(path.value().substring(path.value().lastIndexOf('/') + 1));
    }

    private static FileResult resultOf(StorageProblemException problem) {
        return switch (problem.kind()) {
            case ABSENT -> FileResult.of(Outcome.ALREADY_ABSENT, problem.detail());
            case REFUSED -> FileResult.refused(problem.detail());
            case UNKNOWN -> FileResult.retryable(problem.detail());
        };
    }

    private static List<FileResult> forAll(List<Deletion> files, FileResult result) {
        return files.stream().map(file -> result).toList();
    }
}
