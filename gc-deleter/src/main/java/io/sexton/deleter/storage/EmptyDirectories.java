package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The removal of directories that deletions leave empty, up to but not including the region's root; of a region that is
 * gone the root, too, with all empty directories in it. A directory is removed only by an operation that fails if it is
 * not empty, so a file that a writer creates there meanwhile is never lost. Best effort: a directory that stays costs a
 * listing, and no file's result.
 *
 * <p>A directory that others changed within the minimum age stays: a writer may be about to use it. The deleter's own
 * deletions do not count as changes, those of earlier calls as far as they are remembered. A region that is gone has no
 * writer.
 *
 * <p>Safe for use by many threads, one a region.
 */
final class EmptyDirectories {

    /** The number of directories whose own changes are remembered. */
    private static final int REMEMBERED = 10_000;

    /**
     * The remembered changes of a directory that stayed.
     *
     * @param byOthers the last change by others
     * @param byUs the last change of all, which was by this deleter
     */
    private record Changes(Instant byOthers, Instant byUs) {}

    /** The directories to remove. */
    enum Scope {
        /** None. */
        NONE,
        /** Those of regions that are gone, with their roots. */
        GONE_REGIONS,
        /** All. */
        ALL
    }

    private final ObjectStore objects;
    private final Scope scope;
    private final Duration minimumAge;
    private final Map<ObjectKey, Changes> remembered = new LinkedHashMap<>();

    /** @param minimumAge time since others must have changed a directory; zero: no limit */
    EmptyDirectories(ObjectStore objects, Scope scope, Duration minimumAge) {
        this.objects = objects;
        this.scope = scope;
        this.minimumAge = minimumAge;
    }

    /**
     * Deletes files, and then the directories that this leaves empty.
     *
     * @param deletion deletes the files
     * @return what the deletion returned
     */
    List<FileResult> around(
            RegionRoot root, List<Deletion> files, CallGuard guard, Supplier<List<FileResult>> deletion) {
        return switch (scope) {
            case NONE -> deletion.get();
            case GONE_REGIONS -> {
                List<FileResult> results = deletion.get();
                removeRoot(root, gone(files, results), guard);
                yield results;
            }
            case ALL -> {
                Map<ObjectKey, Instant> before = changedByOthers(directories(root, files));
                List<FileResult> results = deletion.get();
                List<Deletion> gone = gone(files, results);
                removeEmpty(directories(root, gone), gone, before, guard);
                removeRoot(root, gone, guard);
                yield results;
            }
        };
    }

    /** Returns the files that no longer exist under the root. */
    static List<Deletion> gone(List<Deletion> files, List<FileResult> results) {
        return IntStream.range(0, files.size())
                .filter(i -> isGone(results.get(i).outcome()))
                .mapToObj(files::get)
                .toList();
    }

    private void removeEmpty(
            Collection<ObjectKey> directories,
            List<Deletion> files,
            Map<ObjectKey, Instant> changedBefore,
            CallGuard guard) {
        Set<String> holding = new HashSet<>();
        for (ObjectKey directory : directories) {
            if (guard.whyStop().isPresent()) {
                return;
            }
            if (holding.contains(directory.value()) || !remove(directory, files, changedBefore)) {
                holding.add(directory.parent());
            }
        }
    }

    private void removeRoot(RegionRoot root, List<Deletion> gone, CallGuard guard) {
        if (isOfRegionThatIsGone(gone) && guard.whyStop().isEmpty()) {
            objects.prune(ObjectKey.of(root.root()));
        }
    }

    /** Returns true if one of these files was condemned because its region is gone. */
    static boolean isOfRegionThatIsGone(List<Deletion> files) {
        return files.stream().anyMatch(file -> file.condemned().reason() == Reason.REGION_GONE);
    }

    /** Returns true for absent files, too: an earlier delivery may have ended between a file and its directory. */
    private static boolean isGone(Outcome outcome) {
        return switch (outcome) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> true;
            case OUTCOME_UNSPECIFIED, REVOKED, REFUSED, FAILED_RETRYABLE, FAILED, CHANGED, WOULD_DELETE, UNRECOGNIZED ->
                false;
        };
    }

    /** Returns the directories of files, below the root; the deepest first. */
    private static Collection<ObjectKey> directories(RegionRoot root, List<Deletion> files) {
        ObjectKey top = ObjectKey.of(root.root());
        Set<ObjectKey> directories = new TreeSet<>(
                Comparator.comparingInt((ObjectKey key) -> key.value().split("/", -1).length)
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()));
        for (Deletion file : files) {
            ObjectKey directory = ObjectKey.of(ObjectKey.of(root, file.path()).parent());
            while (directory.isWithin(top) && directories.add(directory)) {
                directory = ObjectKey.of(directory.parent());
            }
        }
        return directories;
    }

    private Map<ObjectKey, Instant> changedByOthers(Collection<ObjectKey> directories) {
        Map<ObjectKey, Instant> changed = new HashMap<>();
        if (minimumAge.isZero()) {
            return changed;
        }
        for (ObjectKey directory : directories) {
            changedAt(directory).ifPresent(at -> changed.put(directory, byOthers(directory, at)));
        }
        return changed;
    }

    private synchronized Instant byOthers(ObjectKey directory, Instant changedAt) {
        @Nullable Changes changes = remembered.get(directory);
        return changes != null && changes.byUs().equals(changedAt) ? changes.byOthers() : changedAt;
    }

    private boolean remove(ObjectKey directory, List<Deletion> files, Map<ObjectKey, Instant> changedBefore) {
        if (minimumAge.isZero()) {
            return objects.removeIfEmpty(directory);
        }
        @Nullable Instant changed = changedBefore.get(directory);
        if (changed == null) {
            return changedAt(directory).isEmpty();
        }
        boolean old = decidedAt(files)
                .filter(decided -> !changed.plus(minimumAge).isAfter(decided))
                .isPresent();
        if (old && objects.removeIfEmpty(directory)) {
            forget(directory);
            return true;
        }
        changedAt(directory).ifPresent(now -> remember(directory, new Changes(changed, now)));
        return false;
    }

    /**
     * Returns the time by the clock of the log, as in {@link io.sexton.deleter.core.Floors}; of several commands the
     * earliest.
     */
    private static Optional<Instant> decidedAt(List<Deletion> files) {
        return files.stream().allMatch(file -> file.condemned().decidedAt() != null)
                ? files.stream()
                        .map(file -> Objects.requireNonNull(file.condemned().decidedAt()))
                        .min(Comparator.naturalOrder())
                : Optional.empty();
    }

    private Optional<Instant> changedAt(ObjectKey directory) {
        try {
            return objects.changedAt(directory);
        } catch (StorageProblemException e) {
            return Optional.empty();
        }
    }

    private synchronized void forget(ObjectKey directory) {
        remembered.remove(directory);
    }

    private synchronized void remember(ObjectKey directory, Changes changes) {
        remembered.remove(directory);
        if (remembered.size() == REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        remembered.put(directory, changes);
    }
}
