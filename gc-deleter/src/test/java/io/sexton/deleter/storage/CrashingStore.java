package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A store that crashes right before or right after an operation of the underlying store, counted from 0. */
public final class CrashingStore implements ObjectStore {

    /** The crash of a process. */
    public static final class Crash extends Error {
        Crash(int step) {
            super("crash at step " + step, null, false, false);
        }
    }

    private final ObjectStore store;
    private final int crashAt;
    private int step;

    public CrashingStore(ObjectStore store, int crashAt) {
        this.store = store;
        this.crashAt = crashAt;
    }

    /** Counts a moment at which it may crash. */
    public void step() {
        if (step++ == crashAt) {
            throw new Crash(crashAt);
        }
    }

    @Override
    public Lookup stat(ObjectKey key) {
        step();
        Lookup lookup = store.stat(key);
        step();
        return lookup;
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        step();
        List<FileResult> results = store.deleteMany(objects, guard);
        step();
        return results;
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        step();
        Moved moved = store.move(move, guard);
        step();
        return moved;
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        step();
        store.list(directory, sink, guard);
        step();
    }

    @Override
    public void prune(ObjectKey directory) {
        step();
        store.prune(directory);
        step();
    }

    @Override
    public boolean removeIfEmpty(ObjectKey directory) {
        step();
        boolean removed = store.removeIfEmpty(directory);
        step();
        return removed;
    }

    @Override
    public Optional<Instant> changedAt(ObjectKey directory) throws StorageProblemException {
        return store.changedAt(directory);
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        step();
        boolean created = store.create(key, content, guard);
        step();
        return created;
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        step();
        return store.read(key);
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        step();
        store.write(key, sizeBytes, content);
        step();
    }
}
