package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A store that deletes and moves no faster than its limits, its own and those that it shares with others. */
public final class LimitedStore extends ForwardingObjectStore {

    private final List<Limits> limits;

    /** @param limits all of them apply */
    public LimitedStore(ObjectStore store, List<Limits> limits) {
        super(store);
        this.limits = List.copyOf(limits);
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        List<FileResult> results = new ArrayList<>(objects.size());
        while (results.size() < objects.size()) {
            Optional<String> stop = Limits.await(limits, guard);
            if (stop.isPresent()) {
                results.addAll(Collections.nCopies(
                        objects.size() - results.size(), FileResult.withheld("not attempted: " + stop.get())));
                break;
            }
            int count = Limits.atOnce(limits, objects.size() - results.size());
            Limits.tookFiles(limits, count);
            List<FileResult> part = super.deleteMany(objects.subList(results.size(), results.size() + count), guard);
            Limits.tookBytes(limits, part.stream().mapToLong(FileResult::bytes).sum());
            results.addAll(part);
        }
        return results;
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        Optional<String> stop = Limits.await(limits, guard);
        if (stop.isPresent()) {
            return new Moved.Withheld("not attempted: " + stop.get());
        }
        Limits.tookFiles(limits, 1);
        Moved moved = super.move(move, guard);
        if (moved instanceof Moved.Done done) {
            Limits.tookBytes(limits, done.sizeBytes());
        }
        return moved;
    }
}
