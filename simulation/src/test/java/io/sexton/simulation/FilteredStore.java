package io.sexton.simulation;

import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.simulation.kernel.SimulatedProcess;
import java.util.function.UnaryOperator;

/** A store with changed requests or responses. */
class FilteredStore extends ForwardingObjectStore {
    FilteredStore(ObjectStore store) {
        super(store);
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
}
