package io.sexton.simulation.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.Lookup;
import io.sexton.proto.FilePath;
import io.sexton.simulation.World;
import io.sexton.simulation.log.Weather.Mishap;
import io.sexton.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The object store as a deleter sees it: each operation may fail, or do its work and not say so. It never lies: what it
 * calls deleted or absent is.
 */
public final class SimulatedStorage implements DeleterStorage {
    private final World world;
    private final String deleter;

    public SimulatedStorage(World world, String deleter) {
        this.world = world;
        this.deleter = deleter;
    }

    private Lookup stat(RegionRoot root, FilePath path) {
        if (fails(Mishap.STORAGE_FAILS) || !world.store().isReachable()) {
            return new Lookup.Unknown("no answer");
        }
        return world.store()
                .find(root.root(), path.value())
                .<Lookup>map(object -> new Lookup.Found(factsOf(object)))
                .orElseGet(() -> new Lookup.Absent(""));
    }

    @Override
    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
        List<FileResult> results = new ArrayList<>();
        for (Deletion file : files) {
            results.add(delete(root, file, guard));
        }
        return results;
    }

    private FileResult delete(RegionRoot root, Deletion file, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            world.coverage().met("storage: stopped by the guard");
            return FileResult.retryable("not attempted: " + stop.get());
        }
        return switch (stat(root, file.path())) {
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
            case Lookup.Refused refused -> FileResult.refused(refused.detail());
            case Lookup.Absent absent -> FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
            case Lookup.Found found ->
                switch (file.expected().verify(found.facts())) {
                    case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                    case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                    case Verdict.Same same -> remove(root, file.path(), found.facts());
                };
        };
    }

    private FileResult remove(RegionRoot root, FilePath path, ObjectFacts facts) {
        world.deleteObject(deleter, root, path.value());
        return fails(Mishap.STORAGE_ANSWER_LOST)
                ? FileResult.retryable("timed out")
                : new FileResult(Outcome.DELETED, "", facts.sizeBytes());
    }

    private ObjectFacts factsOf(StoredObject object) {
        return new ObjectFacts(
                object.sizeBytes(), object.modifiedAt(), world.settings().etags() ? object.etag() : null);
    }

    private boolean fails(Mishap mishap) {
        return world.fails(mishap);
    }
}
