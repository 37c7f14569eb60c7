package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.v1.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Files in directories of this machine, or of a network file system that is mounted on it.
 *
 * <p>A key is walked one name at a time from a handle of the store's directory, never through a symbolic link, and the
 * file is checked and unlinked through the handle of the directory that holds it. So a directory that is replaced by a
 * link meanwhile leads nowhere else, and a writer can come between check and unlink only during two system calls.
 *
 * <p>"No such file" counts as absence only under the store's directory, opened and found mounted (see
 * {@link LocalStoreSettings}), and for a missing parent directory just as for the file: both are results of the mounted
 * file system for that path. A file system has no etags: a condemned file that is identified by nothing else is
 * refused.
 *
 * <p>A move is a rename, which is atomic. An unlink is not synced: after a power failure a deleted file may exist
 * again, as garbage that the next inventory finds. One system call cannot be timed out: mount network file systems such
 * that their requests fail within the deleter's call time-out.
 */
public final class LocalObjectStore implements ObjectStore {

    private static final int PAGE = 1_000;

    private final LocalStoreSettings settings;

    /** Creates a store with these settings; accesses nothing yet. */
    public LocalObjectStore(LocalStoreSettings settings) {
        this.settings = settings;
    }

    @Override
    public Lookup stat(ObjectKey key) {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            return stat(walker, key);
        } catch (StorageProblemException e) {
            return lookupOf(e);
        }
    }

    @Override
    public List<Lookup> statMany(List<ObjectKey> keys, CallGuard guard) {
        List<Lookup> lookups = new ArrayList<>(keys.size());
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            for (ObjectKey key : keys) {
                Optional<String> stop = guard.whyStop();
                lookups.add(stop.isPresent() ? new Lookup.Unknown("not checked: " + stop.get()) : stat(walker, key));
            }
            return lookups;
        } catch (StorageProblemException e) {
            return Collections.nCopies(keys.size(), lookupOf(e));
        }
    }

    private static Lookup stat(DirectoryWalker walker, ObjectKey key) {
        try {
            return new Lookup.Found(factsOf(walker.parentOf(key), key));
        } catch (StorageProblemException e) {
            return lookupOf(e);
        }
    }

    private static Lookup lookupOf(StorageProblemException problem) {
        return switch (problem.kind()) {
            case ABSENT -> new Lookup.Absent(problem.detail());
            case REFUSED -> new Lookup.Refused(problem.detail());
            case UNKNOWN -> new Lookup.Unknown(problem.detail());
        };
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        List<FileResult> results = new ArrayList<>(objects.size());
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            for (ObjectDeletion object : objects) {
                results.add(delete(walker, object, guard));
            }
        } catch (StorageProblemException e) {
            return Collections.nCopies(objects.size(), resultOf(e));
        }
        return results;
    }

    private static FileResult delete(DirectoryWalker walker, ObjectDeletion object, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return FileResult.retryable("not attempted: " + stop.get());
        }
        try {
            Directory parent = walker.parentOf(object.key());
            Path name = lastName(object.key());
            ObjectFacts facts = factsOf(parent, name);
            return switch (object.expected().verify(facts)) {
                case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                case Verdict.TooYoung young -> young.result();
                case Verdict.Same same -> {
                    unlink(parent, name);
                    yield new FileResult(Outcome.DELETED, "", facts.sizeBytes());
                }
            };
        } catch (StorageProblemException e) {
            return resultOf(e);
        }
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return new Moved.Unknown("not attempted: " + stop.get());
        }
        try (DirectoryWalker source = DirectoryWalker.into(settings);
                DirectoryWalker target = DirectoryWalker.into(settings)) {
            Directory from = source.parentOf(move.from());
            ObjectFacts facts = factsOf(from, move.from());
            return switch (move.expected().verify(facts)) {
                case Verdict.Different different -> new Moved.Changed(different.detail());
                case Verdict.Unverifiable unverifiable -> new Moved.Refused(unverifiable.detail());
                case Verdict.TooYoung young -> new Moved.TooYoung(young);
                case Verdict.Same same ->
                    rename(from, target.createdDirectory(move.to().parent()), move, facts);
            };
        } catch (StorageProblemException e) {
            return switch (e.kind()) {
                case ABSENT -> new Moved.Absent(e.detail());
                case REFUSED -> new Moved.Refused(e.detail());
                case UNKNOWN -> new Moved.Unknown(e.detail());
            };
        }
    }

    /** Renames to another directory, which is open, and may have been removed since. */
    static Moved rename(Directory from, Directory to, ObjectMove move, ObjectFacts facts)
            throws StorageProblemException {
        Path target = Directory.name(move.to().name());
        try {
            // WARNING: a rename replaces its target. The file system offers Java no rename that does not, so a file
            // that appears between these two system calls is lost: names in the trash are of one command alone, and a
            // restoration runs under the region's exclusive lock.
            if (to.holds(target)) {
                return new Moved.Taken("something lies at " + move.to());
            }
            from.rename(Directory.name(move.from().name()), to, target);
            return new Moved.Done(facts.sizeBytes());
        } catch (NoSuchFileException e) {
            // WARNING: the missing directory can also be the target's, which a purge removes while it is empty. A
            // second stat of the file itself decides (I5).
            ObjectFacts unused = factsOf(from, move.from());
            throw StorageProblemException.unknown("the directory of " + move.to() + " was taken away meanwhile");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot rename the file", e);
        }
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        // WARNING: in another encoding a name that is UTF-8 would look like one that no event can carry, and the file
        // of that name would count as missing (I5).
        Optional<String> problem = FileNameEncoding.problem();
        if (problem.isPresent()) {
            throw StorageProblemException.unknown(problem.get());
        }
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            Directory listed;
            try {
                listed = walker.directory(directory.value());
            } catch (StorageProblemException e) {
                if (e.kind() == StorageProblemException.Kind.ABSENT) {
                    return; // The mounted file system reports that it does not exist; so it is empty.
                }
                throw e;
            }
            list(listed, directory, sink, guard);
        }
    }

    private static void list(Directory listed, ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        PageBuilder page = new PageBuilder();
        Directory.Names names = listed.names();
        while (hasNext(names, directory)) {
            if (page.size() == PAGE) {
                sink.accept(page.take());
            }
            if (page.size() == 0) {
                requireLeave(guard);
            }
            Path name = next(names, directory);
            Optional<String> exact = FileNameEncoding.exactly(name);
            if (exact.isEmpty() || ObjectKey.problemWith(exact.get()).isPresent()) {
                page.unrepresentable.add(FileNameEncoding.forPeople(name));
                continue;
            }
            try {
                BasicFileAttributes attributes = listed.attributesOf(name);
                ObjectKey key = directory.child(exact.get());
                if (attributes.isRegularFile()) {
                    page.objects.add(new ListingPage.Listed(key, factsOf(attributes)));
                } else if (attributes.isDirectory()) {
                    page.directories.add(key);
                }
            } catch (NoSuchFileException e) {
                // Deleted since its name was read: in or out, both are true.
            } catch (IOException e) {
                throw StorageProblemException.unknown("cannot stat '" + name + "' of '" + directory + "'", e);
            }
        }
        sink.accept(page.take());
    }

    private static final class PageBuilder {
        private final List<ListingPage.Listed> objects = new ArrayList<>();
        private final List<ObjectKey> directories = new ArrayList<>();
        private final List<String> unrepresentable = new ArrayList<>();

        private int size() {
            return objects.size() + directories.size() + unrepresentable.size();
        }

        private ListingPage take() {
            ListingPage page = new ListingPage(objects, directories, unrepresentable);
            objects.clear();
            directories.clear();
            unrepresentable.clear();
            return page;
        }
    }

    private static boolean hasNext(Directory.Names names, ObjectKey directory) throws StorageProblemException {
        try {
            return names.hasNext();
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot list '" + directory + "'", e);
        }
    }

    private static Path next(Directory.Names names, ObjectKey directory) throws StorageProblemException {
        try {
            return names.next();
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot list '" + directory + "'", e);
        }
    }

    private static void requireLeave(CallGuard guard) throws StorageProblemException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw StorageProblemException.unknown(stop.get());
        }
    }

    @Override
    public void prune(ObjectKey directory) {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            Directory parent = walker.parentOf(directory);
            parent.prune(lastName(directory));
        } catch (StorageProblemException | IOException left) {
            // Something lies in it, or it is not there: it stays as it is.
        }
    }

    @Override
    public boolean removeIfEmpty(ObjectKey directory) {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            walker.parentOf(directory).removeEmpty(lastName(directory));
            return true;
        } catch (StorageProblemException e) {
            return e.kind() == StorageProblemException.Kind.ABSENT;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException stays) {
            // Something lies in it, or it is no directory, or may not be removed.
            return false;
        }
    }

    @Override
    public Optional<Instant> changedAt(ObjectKey directory) throws StorageProblemException {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            return Optional.of(walker.parentOf(directory)
                    .attributesOf(lastName(directory))
                    .lastModifiedTime()
                    .toInstant());
        } catch (StorageProblemException e) {
            if (e.kind() == StorageProblemException.Kind.ABSENT) {
                return Optional.empty();
            }
            throw e;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot stat directory '" + directory + "'", e);
        }
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw StorageProblemException.unknown("not attempted: " + stop.get());
        }
        // Not created where the store's directory lookups like a mount point without its volume: see DirectoryWalker.
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            return DurableFile.create(walker.createdDirectory(key.parent()), lastName(key), content);
        }
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            Directory parent = walker.parentOf(key);
            ObjectFacts unused = factsOf(parent, key);
            return parent.read(lastName(key));
        } catch (NoSuchFileException e) {
            throw StorageProblemException.absent("gone before it was opened");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot open the file", e);
        }
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        try (DirectoryWalker walker = DirectoryWalker.into(settings)) {
            DurableFile.write(walker.createdDirectory(key.parent()), lastName(key), sizeBytes, content);
        }
    }

    private static ObjectFacts factsOf(Directory parent, ObjectKey key) throws StorageProblemException {
        return factsOf(parent, lastName(key));
    }

    private static ObjectFacts factsOf(Directory parent, Path name) throws StorageProblemException {
        BasicFileAttributes attributes;
        try {
            attributes = parent.attributesOf(name);
        } catch (NoSuchFileException e) {
            throw StorageProblemException.absent("");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot stat the file", e);
        }
        if (!attributes.isRegularFile()) {
            throw StorageProblemException.refused("not a plain file but " + kindOf(attributes));
        }
        return factsOf(attributes);
    }

    private static ObjectFacts factsOf(BasicFileAttributes attributes) {
        return new ObjectFacts(attributes.size(), attributes.lastModifiedTime().toInstant(), null);
    }

    private static void unlink(Directory parent, Path name) throws StorageProblemException {
        try {
            parent.unlink(name);
        } catch (NoSuchFileException e) {
            throw StorageProblemException.absent("gone between check and unlink");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot delete the file", e);
        }
    }

    private static String kindOf(BasicFileAttributes attributes) {
        return attributes.isSymbolicLink() ? "a symbolic link" : attributes.isDirectory() ? "a directory" : "a device";
    }

    private static Path lastName(ObjectKey key) throws StorageProblemException {
        return Directory.name(key.name());
    }

    private static FileResult resultOf(StorageProblemException problem) {
        return switch (problem.kind()) {
            case ABSENT -> FileResult.of(Outcome.ALREADY_ABSENT, problem.detail());
            case REFUSED -> FileResult.refused(problem.detail());
            case UNKNOWN -> FileResult.retryable(problem.detail());
        };
    }
}
