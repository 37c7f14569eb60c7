package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.v1.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at files, has them archived, and deletes those that are kept. For one thread, and one call. */
final class ArchiveCall {

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
        List<Indexed> candidates = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ObjectKey key = ObjectKey.of(root, files.get(i).path());
            results[i] = look(files.get(i), key, i, candidates);
        }
        List<Archiver.Archived> archived = archiver.archive(
                objects, root, candidates.stream().map(Indexed::candidate).toList(), command, guard);
        List<Indexed> kept = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Indexed each = candidates.get(i);
            switch (archived.get(i)) {
                case Archiver.Archived.Kept done -> kept.add(each);
                case Archiver.Archived.NotKept not -> results[each.index()] = FileResult.retryable(not.detail());
                case Archiver.Archived.Broken broken ->
                    results[each.index()] = FileResult.of(Outcome.FAILED, broken.detail());
            }
        }
        delete(kept, results);
        return Arrays.stream(results)
                .map(each -> Objects.requireNonNull(each, "no result"))
                .toList();
    }

    private @Nullable FileResult look(Deletion file, ObjectKey key, int index, List<Indexed> candidates) {
        return switch (objects.stat(key)) {
            case Lookup.Absent absent -> FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
            case Lookup.Refused refused -> FileResult.refused(refused.detail());
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
            case Lookup.Found found ->
                switch (file.expected().verify(found.facts())) {
                    case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                    case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                    case Verdict.Same same -> {
                        candidates.add(new Indexed(index, new Archiver.Candidate(file.path(), key, found.facts())));
                        yield null;
                    }
                };
        };
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
}
