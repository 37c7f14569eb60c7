package io.sexton.simulation;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.simulation.kernel.SimulatedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;

/** A store that is asked, or answers, something else than it should. */
class FilteredStore implements ObjectStore {
    private final ObjectStore store;

    FilteredStore(ObjectStore store) {
        this.store = store;
    }

    /** Parts of a world in which every process sees storage through this. */
    static Parts parts(UnaryOperator<ObjectStore> filter) {
        return new Parts() {
            @Override
            public ObjectStore store(World world, SimulatedProcess process) {
                return filter.apply(super.store(world, process));
            }
        };
    }

    @Override
    public Lookup stat(ObjectKey key) {
        return store.stat(key);
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
    public InputStream read(ObjectKey key) throws StorageProblemException {
        return store.read(key);
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        store.write(key, sizeBytes, content);
    }
}
