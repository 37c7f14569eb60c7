package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of regions within one store. Checks commands against the configuration: a root that is not the region's own
 * is refused before any storage operation, so that no command reaches into another region's root, the trash, the
 * archive or the store's own records (I1); and a file that is below one of the store's floors stays.
 *
 * <p>Safe for use by many threads; calls block.
 */
public final class FileStore {

    /** The default time for which a trashed file can be restored. */
    public static final Duration DEFAULT_TRASH_RETENTION = StoreRules.DEFAULT_TRASH_RETENTION;

    private final ObjectStore objects;
    private final RootGate gate;
    private final Floors floors;
    private final EmptyDirectories directories;
    private final Trash trash;
    private final @Nullable Archiver archiver;

    /**
     * Creates a store of regions with roots of this shape, without floors; trashed files can be restored for a week.
     */
    public FileStore(ObjectStore objects, RootShape rootShape) {
        this(objects, rootShape, DEFAULT_TRASH_RETENTION, null);
    }

    /**
     * Creates a store of regions with roots of this shape, without floors.
     *
     * @param trashRetention how long trashed files can be restored
     * @param archiver archives files; null: no file can be archived, and all stay
     */
    public FileStore(ObjectStore objects, RootShape rootShape, Duration trashRetention, @Nullable Archiver archiver) {
        this(objects, StoreRules.withoutFloors(Roots.named(rootShape)).withTrashRetention(trashRetention), archiver);
    }

    /**
     * Creates a store.
     *
     * @param rules the operator's configuration
     * @param archiver archives files; null: no file can be archived, and all stay
     */
    public FileStore(ObjectStore objects, StoreRules rules, @Nullable Archiver archiver) {
        this.archiver = archiver;
        this.objects = objects;
        this.gate = new RootGate(objects, rules.roots());
        this.floors = rules.floors();
        this.directories = new EmptyDirectories(
                objects, rules.emptyDirectories(), rules.floors().minimumAge());
        this.trash = new Trash(objects, gate, rules.roots(), rules.trashRetention());
    }

    /** Returns the trash: files moved out of regions that can still be restored. */
    public Trash trash() {
        return trash;
    }

    /**
     * Returns the metadata of one file.
     *
     * @param root the region's root in this store, as the command claims it
     * @param path the file within it
     */
    public Lookup stat(RegionRoot root, FilePath path) {
        return switch (gate.checkRead(root)) {
            case Admission.Refused refused -> new Lookup.Refused(refused.detail());
            case Admission.Unknown unknown -> new Lookup.Unknown(unknown.detail());
            case Admission.Admitted admitted -> objects.stat(ObjectKey.of(root, path));
        };
    }

    /**
     * Returns the metadata of files.
     *
     * @param guard checked before each request; once it refuses, the remaining files are unknown
     * @return one answer for each of {@code files}, in their order
     */
    List<Lookup> statMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        return switch (gate.checkRead(root)) {
            case Admission.Refused refused -> Collections.nCopies(files.size(), new Lookup.Refused(refused.detail()));
            case Admission.Unknown unknown -> Collections.nCopies(files.size(), new Lookup.Unknown(unknown.detail()));
            case Admission.Admitted admitted ->
                objects.statMany(
                        files.stream()
                                .map(file -> ObjectKey.of(root, file.path()))
                                .toList(),
                        guard);
        };
    }

    /**
     * Treats those files that are still the condemned ones; revoked files are only checked, and stay.
     *
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> treat(RegionRoot root, List<Deletion> files, Treatment treatment, CallGuard guard) {
        List<Deletion> revoked = files.stream().filter(Deletion::isRevoked).toList();
        if (revoked.isEmpty()) {
            return treatMany(root, files, treatment, guard);
        }
        List<Deletion> others = files.stream().filter(file -> !file.isRevoked()).toList();
        Iterator<FileResult> checked =
                checkMany(root, revoked, treatment, guard).iterator();
        Iterator<FileResult> treated = treatMany(root, others, treatment, guard).iterator();
        return files.stream()
                .map(file -> (file.isRevoked() ? checked : treated).next())
                .toList();
    }

    private List<FileResult> treatMany(RegionRoot root, List<Deletion> files, Treatment treatment, CallGuard guard) {
        if (files.isEmpty()) {
            return List.of();
        }
        Optional<FileResult> stays = whyAllStay(root, treatment, guard);
        return stays.isPresent()
                ? Collections.nCopies(files.size(), stays.get())
                : aboveFloors(files, high -> switch (treatment) {
                    case Treatment.DryRun dryRun -> DryRun.of(this, root, high, guard);
                    case Treatment.Delete delete -> taking(root, high, guard, () -> delete(root, high, guard));
                    case Treatment.Trash trash ->
                        taking(root, high, guard, () -> trash(root, high, trash.command(), guard));
                    case Treatment.Archive archive ->
                        taking(root, high, guard, () -> archive(root, high, archive.command(), guard));
                });
    }

    /** Returns the result of every file of the region, if none of them may be treated. */
    private Optional<FileResult> whyAllStay(RegionRoot root, Treatment treatment, CallGuard guard) {
        Admission admission = treatment instanceof Treatment.DryRun ? gate.checkRead(root) : gate.enter(root, guard);
        return switch (admission) {
            case Admission.Refused refused -> Optional.of(FileResult.refused(refused.detail()));
            case Admission.Unknown unknown -> Optional.of(FileResult.retryable(unknown.detail()));
            case Admission.Admitted admitted ->
                switch (treatment) {
                    case Treatment.Trash trash ->
                        KeptName.problemWith(root.region()).map(FileResult::refused);
                    case Treatment.Archive archive ->
                        KeptName.problemWith(root.region()).map(FileResult::refused);
                    case Treatment.Delete delete -> Optional.empty();
                    case Treatment.DryRun dryRun -> Optional.empty();
                };
        };
    }

    /** Treats the files that are above the floors of the store; the others stay. */
    private List<FileResult> aboveFloors(List<Deletion> files, Function<List<Deletion>, List<FileResult>> treatment) {
        List<Optional<FileResult>> below =
                files.stream().map(file -> floors.below(file.condemned())).toList();
        List<Deletion> high = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            if (below.get(i).isEmpty()) {
                high.add(files.get(i).narrowed(floors));
            }
        }
        Iterator<FileResult> treated = high.isEmpty()
                ? Collections.emptyIterator()
                : treatment.apply(high).iterator();
        return below.stream().map(each -> each.orElseGet(treated::next)).toList();
    }

    /** Takes files away, then directories that this leaves empty, and the root of a region that is gone. */
    private List<FileResult> taking(
            RegionRoot root, List<Deletion> files, CallGuard guard, Supplier<List<FileResult>> deletion) {
        List<FileResult> results = directories.around(root, files, guard, deletion);
        if (EmptyDirectories.isOfRegionThatIsGone(EmptyDirectories.gone(files, results))) {
            gate.leave(root, guard);
        }
        return results;
    }

    /**
     * Deletes those files that are still the condemned ones.
     *
     * @param root the region's root in this store, as the command claims it
     * @param files the files to delete; none is touched if the root is refused
     * @param guard checked before each operation that deletes; once it refuses, the remaining files are retryable
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        return treatMany(root, files, new Treatment.Delete(), guard);
    }

    private List<FileResult> delete(RegionRoot root, List<Deletion> files, CallGuard guard) {
        List<ObjectDeletion> deletions = files.stream()
                .map(file -> new ObjectDeletion(ObjectKey.of(root, file.path()), file.expected()))
                .toList();
        return objects.deleteMany(deletions, guard);
    }

    /**
     * Returns a listing of the region's root that has not begun yet. It opens the root: of an exclusive one, the region
     * is the owner from then on, unless another region is.
     *
     * @param parallel directories at once
     * @param pages rate of listed pages
     * @throws StorageProblemException refused, if the root is not the region's own; unknown, if that is not known
     */
    public RegionListing listing(RegionRoot root, int parallel, Pace pages) throws StorageProblemException {
        return switch (gate.enter(root, length -> Optional.empty())) {
            case Admission.Refused refused -> throw StorageProblemException.refused(refused.detail());
            case Admission.Unknown unknown -> throw StorageProblemException.unknown(unknown.detail());
            case Admission.Admitted admitted -> new RegionListing(objects, root, parallel, pages);
        };
    }

    /**
     * Returns the regions that have a root in this store, as far as the shapes of roots and the records of owners
     * identify them.
     *
     * @throws StorageProblemException if not all directories could be listed
     */
    public List<RegionRoot> roots(CallGuard guard) throws StorageProblemException, InterruptedException {
        return gate.all(guard);
    }

    /** Returns the root of that region, if the shape of roots alone determines it. */
    public Optional<RegionRoot> rootOf(RegionId region) {
        return gate.rootOf(region);
    }

    /**
     * Moves those files that are still the condemned ones to the store's trash.
     *
     * @param command in whose name they are kept; delivered again, it ends as if it had been delivered once
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> trashMany(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        return treatMany(root, files, new Treatment.Trash(command), guard);
    }

    private List<FileResult> trash(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        return files.stream().map(file -> trash(root, file, command, guard)).toList();
    }

    private FileResult trash(RegionRoot root, Deletion file, Treatment.CommandName command, CallGuard guard) {
        ObjectKey to = TrashLayout.keyOf(root, file.path(), command);
        ObjectMove move = new ObjectMove(ObjectKey.of(root, file.path()), file.expected(), to, true);
        return switch (objects.move(move, guard)) {
            case Moved.Done done -> new FileResult(Outcome.TRASHED, "", done.sizeBytes());
            case Moved.Changed changed -> FileResult.of(Outcome.CHANGED, changed.detail());
            case Moved.Refused refused -> FileResult.refused(refused.detail());
            case Moved.TooYoung young -> young.verdict().result();
            case Moved.Withheld withheld -> FileResult.withheld(withheld.detail());
            case Moved.Unknown unknown -> FileResult.retryable(unknown.detail());
            // Of this command's name, and yet another file is back in its place: the next command has another name.
            case Moved.Taken taken -> FileResult.retryable(taken.detail());
            case Moved.Absent absent -> alreadyTrashed(objects.stat(to), absent.detail());
        };
    }

    /** Returns the state of files that are to stay, but may have been treated before: REVOKED for existing ones. */
    private List<FileResult> checkMany(RegionRoot root, List<Deletion> files, Treatment meant, CallGuard guard) {
        List<Lookup> lookups = statMany(root, files, guard);
        if (!(meant instanceof Treatment.Trash trash)) {
            return lookups.stream()
                    .map(lookup -> result(lookup, FileStore::absent))
                    .toList();
        }
        List<ObjectKey> trashed = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            if (lookups.get(i) instanceof Lookup.Absent) {
                trashed.add(TrashLayout.keyOf(root, files.get(i).path(), trash.command()));
            }
        }
        Iterator<Lookup> inTrash = trashed.isEmpty()
                ? Collections.emptyIterator()
                : objects.statMany(trashed, guard).iterator();
        return lookups.stream()
                .map(lookup -> result(lookup, absent -> alreadyTrashed(inTrash.next(), absent.detail())))
                .toList();
    }

    private static FileResult result(Lookup lookup, Function<Lookup.Absent, FileResult> ofAbsent) {
        return switch (lookup) {
            case Lookup.Found found -> FileResult.of(Outcome.REVOKED, "");
            case Lookup.Absent absent -> ofAbsent.apply(absent);
            case Lookup.Refused refused -> FileResult.retryable(refused.detail());
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
        };
    }

    private static FileResult absent(Lookup.Absent absent) {
        return FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
    }

    /**
     * Returns the result for a file that is absent from its root: an earlier delivery of the command may have moved it.
     */
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
     * Archives those files that are still the condemned ones, and deletes those that are kept durably.
     *
     * @param command in whose name they are kept; delivered again, it ends as if it had been delivered once
     * @return one result for each of {@code files}, in their order
     */
    public List<FileResult> archiveMany(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        return treatMany(root, files, new Treatment.Archive(command), guard);
    }

    private List<FileResult> archive(
            RegionRoot root, List<Deletion> files, Treatment.CommandName command, CallGuard guard) {
        return archiver == null
                ? Collections.nCopies(files.size(), FileResult.withheld("the store has no archive configured"))
                : new ArchiveCall(objects, archiver, root, command, guard).archive(files);
    }
}
