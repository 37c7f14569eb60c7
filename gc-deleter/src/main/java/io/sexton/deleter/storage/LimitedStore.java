package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A store that deletes and moves no faster than limits say, its own and those that it shares with others. */
public final class LimitedStore implements ObjectStore {

    private final ObjectStore store;
    private final List<Limits> limits;

    /** @param limits all of them are kept */
    public LimitedStore(ObjectStore store, List<Limits> limits) {
        this.store = store;
        this.limits = List.copyOf(limits);
    }

    @Override
    public Lookup stat(ObjectKey key) {
        return store.stat(key);
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        List<FileResult> results = new ArrayList<>(objects.size());
        while (results.size() < objects.size()) {
            Optional<String> stop = Limits.await(limits, guard);
            if (stop.isPresent()) {
                results.addAll(Collections.nCopies(
                        objects.size() - results.size(), FileResult.retryable("not attempted: " + stop.get())));
                break;
            }
            int count = Limits.atOnce(limits, objects.size() - results.size());
            Limits.tookFiles(limits, count);
            List<FileResult> part = store.deleteMany(objects.subList(results.size(), results.size() + count), guard);
            Limits.tookBytes(limits, part.stream().mapToLong(FileResult::bytes).sum());
            results.addAll(part);
        }
        return results;
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        Optional<String> stop = Limits.await(limits, guard);
        if (stop.isPresent()) {
            return new Moved.Unknown("not attempted: " + stop.get());
        }
        Limits.tookFiles(limits, 1);
        Moved moved = store.move(move, guard);
        if (moved instanceof Moved.Done done) {
            Limits.tookBytes(limits, done.sizeBytes());
        }
        return moved;
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        store.list(directory, sink, guard);
    }

    @Override
    public void prune(ObjectKey directory) {
        store.prune(directory);
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        return store.read(key);
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        store.write(key, sizeBytes, content);
    }
}
