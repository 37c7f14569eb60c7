package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that checks files, has them archived, and deletes the archived ones. For one thread, and one call.
 *
 * <p>A call has an end in time, and the next attempt may have another command name, under which all would be archived
 * again. So files are archived in small batches, each is deleted before the next is begun, and some of the time is
 * reserved for that: every archived file counts. Small files come first: one that is too large for a call delays no
 * other.
 */
final class ArchiveCall {

    private static final String TOO_SHORT =
            "; no file was archived within this storage call: if this repeats, raise sexton.storage.call-timeout";

    private final ObjectStore objects;
    private final Archiver archiver;
    private final RegionRoot root;
    private final Treatment.CommandName command;
    private final CallGuard guard;

    ArchiveCall(
            ObjectStore objects, Archiver archiver, RegionRoot root, Treatment.CommandName command, CallGuard guard) {
        this.objects = objects;
        this.archiver = archiver;
        this.root = root;
        this.command = command;
        this.guard = guard;
    }

    private record Indexed(int index, Archiver.Candidate candidate) {}

    List<FileResult> archive(List<Deletion> files) {
        @Nullable FileResult[] results = new @Nullable FileResult[files.size()];
        List<Indexed> candidates = check(files, results);
        candidates.sort(
                Comparator.comparingLong(each -> each.candidate().facts().sizeBytes()));
        int next = 0;
        while (next < candidates.size()) {
            List<Indexed> left = candidates.subList(next, candidates.size());
            int count = archiver.atOnce(left.stream().map(Indexed::candidate).toList(), next);
            archive(left.subList(0, count), results);
            next += count;
        }
        return results(results);
    }

    /** Sets the results of files that are not to be archived; returns the others. */
    private List<Indexed> check(List<Deletion> files, @Nullable FileResult[] results) {
        List<ObjectKey> keys =
                files.stream().map(file -> ObjectKey.of(root, file.path())).toList();
        List<Lookup> lookups = objects.statMany(keys, guard);
        List<Indexed> candidates = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Deletion file = files.get(i);
            switch (lookups.get(i)) {
                case Lookup.Absent absent -> results[i] = FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
                case Lookup.Refused refused -> results[i] = FileResult.refused(refused.detail());
                case Lookup.Unknown unknown -> results[i] = FileResult.retryable(unknown.detail());
                case Lookup.Found found -> {
                    switch (file.expected().verify(found.facts())) {
                        case Verdict.Different different ->
                            results[i] = FileResult.of(Outcome.CHANGED, different.detail());
                        case Verdict.Unverifiable unverifiable ->
                            results[i] = FileResult.refused(unverifiable.detail());
                        case Verdict.TooYoung young -> results[i] = young.result();
                        case Verdict.Same same ->
                            candidates.add(
                                    new Indexed(i, new Archiver.Candidate(file.path(), keys.get(i), found.facts())));
                    }
                }
            }
        }
        return candidates;
    }

    private void archive(List<Indexed> some, @Nullable FileResult[] results) {
        Duration deleting = objects.timeToDelete();
        List<Archiver.Archived> archived = archiver.archive(
                objects,
                root,
                some.stream().map(Indexed::candidate).toList(),
                command,
                length -> guard.whyStop(length.plus(deleting)));
        List<Indexed> kept = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            Indexed each = some.get(i);
            switch (archived.get(i)) {
                case Archiver.Archived.Kept done -> kept.add(each);
                case Archiver.Archived.NotKept not -> results[each.index()] = FileResult.retryable(not.detail());
                case Archiver.Archived.Broken broken ->
                    results[each.index()] = FileResult.of(Outcome.FAILED, broken.detail());
            }
        }
        if (!kept.isEmpty()) {
            delete(kept, results);
        }
    }

    private void delete(List<Indexed> kept, @Nullable FileResult[] results) {
        // WARNING: exactly the objects that were archived: one that was written meanwhile is not in the archive (I1).
        List<ObjectDeletion> deletions = kept.stream()
                .map(each -> new ObjectDeletion(
                        each.candidate().key(),
                        Expectation.exactly(each.candidate().facts())))
                .toList();
        List<FileResult> deleted = objects.deleteMany(deletions, guard);
        for (int i = 0; i < kept.size(); i++) {
            Indexed each = kept.get(i);
            FileResult result = deleted.get(i);
            boolean gone = result.outcome() == Outcome.DELETED || result.outcome() == Outcome.ALREADY_ABSENT;
            results[each.index()] = gone
                    ? new FileResult(
                            Outcome.ARCHIVED, "", each.candidate().facts().sizeBytes())
                    : result;
        }
    }

    /**
     * Returns all results. If the call's time was too short for any file, the remaining results name the setting to
     * change.
     */
    private List<FileResult> results(@Nullable FileResult[] results) {
        List<FileResult> all = Arrays.stream(results)
                .map(each -> Objects.requireNonNull(each, "no result"))
                .toList();
        Optional<String> stop = guard.whyStop(objects.timeToDelete());
        boolean idle = all.stream().noneMatch(each -> each.outcome() == Outcome.ARCHIVED);
        return stop.isEmpty() || !idle
                ? all
                : all.stream()
                        .map(each -> each.outcome() == Outcome.FAILED_RETRYABLE
                                ? FileResult.retryable(each.detail() + TOO_SHORT)
                                : each)
                        .toList();
    }
}
