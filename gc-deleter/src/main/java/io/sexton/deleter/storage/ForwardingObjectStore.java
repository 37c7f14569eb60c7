package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A store that hands each call to another one, for those that change some of them on the way. */
public abstract class ForwardingObjectStore implements ObjectStore {

    private final ObjectStore store;

    /** @param store that executes the operations that a subclass does not change */
    protected ForwardingObjectStore(ObjectStore store) {
        this.store = store;
    }

    @Override
    public Lookup stat(ObjectKey key) {
        return store.stat(key);
    }

    @Override
    public List<Lookup> statMany(List<ObjectKey> keys, CallGuard guard) {
        return store.statMany(keys, guard);
    }

    @Override
    public Duration timeToDelete() {
        return store.timeToDelete();
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        return store.deleteMany(objects, guard);
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        return store.move(move, guard);
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
    public boolean removeIfEmpty(ObjectKey directory) {
        return store.removeIfEmpty(directory);
    }

    @Override
    public Optional<Instant> changedAt(ObjectKey directory) throws StorageProblemException {
        return store.changedAt(directory);
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        return store.create(key, content, guard);
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
