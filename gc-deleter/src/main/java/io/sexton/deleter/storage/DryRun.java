package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.v1.Outcome;
import java.util.ArrayList;
import java.util.List;

/** A dry run of {@link FileStore#deleteMany}, by reads alone. */
public final class DryRun {

    private DryRun() {}

    /** Returns one result for each file, in their order: WOULD_DELETE, or the obstacle to the deletion. */
    public static List<FileResult> of(FileStore store, RegionRoot root, List<Deletion> files, CallGuard guard) {
        List<Lookup> lookups = store.statMany(root, files, guard);
        List<FileResult> results = new ArrayList<>(files.size());
        for (int i = 0; i < files.size(); i++) {
            results.add(predict(lookups.get(i), files.get(i)));
        }
        return results;
    }

    private static FileResult predict(Lookup lookup, Deletion file) {
        return switch (lookup) {
            case Lookup.Found found ->
                switch (file.expected().verify(found.facts())) {
                    case Verdict.Same same ->
                        new FileResult(Outcome.WOULD_DELETE, "", found.facts().sizeBytes());
                    case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                    case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                    case Verdict.TooYoung young -> young.result();
                };
            case Lookup.Absent absent -> FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
            case Lookup.Refused refused -> FileResult.refused(refused.detail());
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
        };
    }
}
