package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The trash of one store: what lies in it, how a file gets out of it again, and how it is emptied.
 *
 * <p>Safe for use by many threads; calls block.
 */
public final class Trash {

    private static final int DELETIONS_AT_ONCE = 250;

    private final ObjectStore objects;
    private final RootGate gate;
    private final TrashLayout layout;
    private final Duration retention;

    Trash(ObjectStore objects, RootGate gate, Roots roots, Duration retention) {
        this.objects = objects;
        this.gate = gate;
        this.layout = new TrashLayout(roots);
        this.retention = retention;
    }

    /** Returns how long a file can be restored, counted from the decision that put it here. */
    public Duration retention() {
        return retention;
    }

    /**
     * Lists every file, region by region.
     *
     * @param region of that one alone; empty: of all
     * @throws StorageProblemException if not all of them could be listed
     */
    public void list(Optional<RegionId> region, Consumer<TrashedFile> sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        ObjectKey directory = region.map(TrashLayout::directoryOf).orElse(TrashLayout.DIRECTORY);
        Tree.walk(
                objects,
                directory,
                page -> page.objects()
                        .forEach(each -> layout.fileAt(each.key(), each.facts()).ifPresent(sink)),
                guard);
    }

    /**
     * Moves a file back to its root. The region's exclusive lock must be held, and the file announced: no other check
     * protects the target meanwhile.
     *
     * @return taken, if the path exists by now; it stays, and so does the file in the trash
     */
    public Moved restore(TrashedFile file, CallGuard guard) {
        RegionRoot root = file.root();
        return switch (gate.enter(root, guard)) {
            case Admission.Refused refused -> new Moved.Refused(refused.detail());
            case Admission.Unknown unknown -> new Moved.Unknown(unknown.detail());
            case Admission.Admitted admitted -> {
                // The very object that was listed; where it is not, it has been restored or purged meanwhile.
                Expectation listed = Expectation.exactly(file.facts());
                yield objects.move(new ObjectMove(file.key(), listed, ObjectKey.of(root, file.path()), false), guard);
            }
        };
    }

    /** The result of a purge. */
    public record Purged(int files, long bytes, int failed) {}

    /**
     * Deletes permanently what was decided longer ago than the retention.
     *
     * @param now on a clock that does not run ahead: deletions here are final
     * @throws StorageProblemException if not all could be listed; files purged before stay deleted
     */
    public Purged purge(Instant now, CallGuard guard) throws StorageProblemException, InterruptedException {
        PurgeCount count = new PurgeCount();
        List<ObjectKey> expired = new ArrayList<>();
        List<ObjectKey> regions = new ArrayList<>();
        objects.list(TrashLayout.DIRECTORY, page -> regions.addAll(page.directories()), guard);
        for (ObjectKey region : regions) {
            objects.list(region, page -> page.directories().forEach(each -> addIfExpired(each, now, expired)), guard);
        }
        for (ObjectKey command : expired) {
            Tree.walk(objects, command, page -> delete(page.objects(), guard, count), guard);
            objects.prune(command);
        }
        return new Purged(count.files, count.bytes, count.failed);
    }

    private void addIfExpired(ObjectKey command, Instant now, List<ObjectKey> expired) {
        // WARNING: a directory whose name contains no time is kept: its age is unknown (I5).
        TrashLayout.decidedAt(command)
                .filter(decided -> !decided.plus(retention).isAfter(now))
                .ifPresent(decided -> expired.add(command));
    }

    private void delete(List<ListingPage.Listed> page, CallGuard guard, PurgeCount count) {
        for (int from = 0; from < page.size(); from += DELETIONS_AT_ONCE) {
            List<ObjectDeletion> deletions =
                    page.subList(from, Math.min(from + DELETIONS_AT_ONCE, page.size())).stream()
                            .map(each -> new ObjectDeletion(each.key(), Expectation.exactly(each.facts())))
                            .toList();
            objects.deleteMany(deletions, guard).forEach(count::add);
        }
    }

    private static final class PurgeCount {
        private int files;
        private long bytes;
        private int failed;

        private void add(FileResult result) {
            if (result.outcome() == Outcome.DELETED) {
                files++;
                bytes += result.bytes();
            } else if (result.outcome() != Outcome.ALREADY_ABSENT) {
                failed++;
            }
        }
    }
}
