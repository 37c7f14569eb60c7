package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files of regions within one store. Holds what a command claims against the configuration: a root without the
 * configured shape is refused before the storage hears of it, so that no command reaches into another region's root,
 * the trash or the archive (I1).
 *
 * <p>Safe for use by many threads; calls block.
 */
public final class FileStore {

    /** How long what is trashed can be restored, where nothing else is said. */
    public static final Duration DEFAULT_TRASH_RETENTION = Duration.ofDays(7);

    private final ObjectStore objects;
    private final RootShape rootShape;
    private final Trash trash;
    private final @Nullable Archiver archiver;

    /** The regions of that store whose roots look like this; what is trashed can be restored for a week. */
    public FileStore(ObjectStore objects, RootShape rootShape) {
        this(objects, rootShape, DEFAULT_TRASH_RETENTION, null);
    }

    /**
     * The regions of that store whose roots look like this.
     *
     * @param trashRetention how long what is trashed can be restored
     * @param archiver keeps what is archived; null: nothing can be, and stays
     */
    public FileStore(ObjectStore objects, RootShape rootShape, Duration trashRetention, @Nullable Archiver archiver) {
        this.archiver = archiver;
        this.objects = objects;
        this.rootShape = rootShape;
        this.trash = new Trash(objects, rootShape, trashRetention);
    }

    /** What was moved out of regions and can still be had back. */
    public Trash trash() {
        return trash;
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
     * Looks at files.
     *
     * @param guard asked before each request; once it says no, the remaining files are unknown
     * @return one answer for each of {@code files}, in their order
     */
    List<Lookup> statMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        Optional<String> problem = rootShape.problemWith(root);
        return problem.isPresent()
                ? Collections.nCopies(files.size(), new Lookup.Refused(problem.get()))
                : objects.statMany(
                        files.stream()
                                .map(file -> ObjectKey.of(root, file.path()))
                                .toList(),
                        guard);
    }

    /**
     * Does with those files that still are what was condemned what is to be done with them; those that are revoked are
     * looked at, and stay.
     *
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> treat(RegionRoot root, List<Deletion> files, Treatment treatment, CallGuard guard) {
        List<Deletion> revoked = files.stream().filter(Deletion::isRevoked).toList();
        if (revoked.isEmpty()) {
            return treatMany(root, files, treatment, guard);
        }
        List<Deletion> others = files.stream().filter(file -> !file.isRevoked()).toList();
        Iterator<FileResult> looked = lookMany(root, revoked, treatment, guard).iterator();
        Iterator<FileResult> treated = treatMany(root, others, treatment, guard).iterator();
        return files.stream()
                .map(file -> (file.isRevoked() ? looked : treated).next())
                .toList();
    }

    private List<FileResult> treatMany(RegionRoot root, List<Deletion> files, Treatment treatment, CallGuard guard) {
        if (files.isEmpty()) {
            return List.of();
        }
        return switch (treatment) {
            case Treatment.Delete delete -> deleteMany(root, files, guard);
            case Treatment.DryRun dryRun -> DryRun.of(this, root, files, guard);
            case Treatment.Trash trash -> trashMany(root, files, trash.command(), guard);
            case Treatment.Archive archive -> archiveMany(root, files, archive.command(), guard);
        };
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

    /**
     * A listing of the region's root, which has not begun yet.
     *
     * @param parallel directories at once
     * @param pages how fast pages of it are taken
     * @throws StorageProblemException refused, if the root is not one of this store
     */
    public RegionListing listing(RegionRoot root, int parallel, Pace pages) throws StorageProblemException {
        Optional<String> problem = rootShape.problemWith(root);
        if (problem.isPresent()) {
            throw StorageProblemException.refused(problem.get());
        }
        return new RegionListing(objects, root, parallel, pages);
    }

    /**
     * The regions that have a root in this store, as far as the shape of roots tells whose each is.
     *
     * @throws StorageProblemException if not all directories could be listed
     */
    public List<RegionRoot> roots(CallGuard guard) throws StorageProblemException, InterruptedException {
        return rootShape.rootsIn(objects, guard);
    }

    /** The root of that region, where the shape of roots alone tells it. */
    public Optional<RegionRoot> rootOf(RegionId region) {
        return rootShape.rootOf(region);
    }

    /**
     * Moves those files that still are what was condemned to the store's trash.
     *
     * @param command in whose name they lie there; delivered again, it ends as if it had been delivered once
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> trashMany(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        Optional<String> problem = whyNotKept(root);
        if (problem.isPresent()) {
            return Collections.nCopies(files.size(), FileResult.refused(problem.get()));
        }
        return files.stream().map(file -> trash(root, file, command, guard)).toList();
    }

    private Optional<String> whyNotKept(RegionRoot root) {
        return rootShape.problemWith(root).or(() -> KeptName.problemWith(root.region()));
    }

    private FileResult trash(RegionRoot root, Deletion file, Treatment.CommandName command, CallGuard guard) {
        ObjectKey to = TrashLayout.keyOf(root, file.path(), command);
        ObjectMove move = new ObjectMove(ObjectKey.of(root, file.path()), file.expected(), to, true);
        return switch (objects.move(move, guard)) {
            case Moved.Done done -> new FileResult(Outcome.TRASHED, "", done.sizeBytes());
            case Moved.Changed changed -> FileResult.of(Outcome.CHANGED, changed.detail());
            case Moved.Refused refused -> FileResult.refused(refused.detail());
            case Moved.Unknown unknown -> FileResult.retryable(unknown.detail());
            // Of this command's name, and yet another file is back in its place: the next command has another name.
            case Moved.Taken taken -> FileResult.retryable(taken.detail());
            case Moved.Absent absent -> alreadyTrashed(objects.stat(to), absent.detail());
        };
    }

    /**
     * Says what became of files that are to stay, but with which this may have been done before: REVOKED of those that
     * are there.
     */
    private List<FileResult> lookMany(RegionRoot root, List<Deletion> files, Treatment meant, CallGuard guard) {
        List<Lookup> looks = statMany(root, files, guard);
        if (!(meant instanceof Treatment.Trash trash)) {
            return looks.stream().map(look -> looked(look, FileStore::absent)).toList();
        }
        List<ObjectKey> trashed = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            if (looks.get(i) instanceof Lookup.Absent) {
                trashed.add(TrashLayout.keyOf(root, files.get(i).path(), trash.command()));
            }
        }
        Iterator<Lookup> inTrash = trashed.isEmpty()
                ? Collections.emptyIterator()
                : objects.statMany(trashed, guard).iterator();
        return looks.stream()
                .map(look -> looked(look, absent -> alreadyTrashed(inTrash.next(), absent.detail())))
                .toList();
    }

    private static FileResult looked(Lookup look, Function<Lookup.Absent, FileResult> ofAbsent) {
        return switch (look) {
            case Lookup.Found found -> FileResult.of(Outcome.REVOKED, "");
            case Lookup.Absent absent -> ofAbsent.apply(absent);
            case Lookup.Refused refused -> FileResult.retryable(refused.detail());
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
        };
    }

    private static FileResult absent(Lookup.Absent absent) {
        return FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
    }

    /** It is not where it was: an earlier delivery of the command may have moved it. */
    private static FileResult alreadyTrashed(Lookup trashed, String absent) {
        return switch (trashed) {
            case Lookup.Found found ->
                new FileResult(Outcome.TRASHED, "", found.facts().sizeBytes());
            case Lookup.Absent neither -> FileResult.of(Outcome.ALREADY_ABSENT, absent);
            case Lookup.Refused refused -> FileResult.retryable(refused.detail());
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
        };
    }

    /**
     * Archives those files that still are what was condemned, and deletes those that are kept durably.
     *
     * @param command in whose name they are kept; delivered again, it ends as if it had been delivered once
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> archiveMany(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        Optional<String> problem = whyNotKept(root);
        if (problem.isPresent()) {
            return Collections.nCopies(files.size(), FileResult.refused(problem.get()));
        }
        return archiver == null
                ? Collections.nCopies(files.size(), FileResult.retryable("the store has no archive configured"))
                : new ArchiveCall(objects, archiver, root, command, guard).archive(files);
    }
}
