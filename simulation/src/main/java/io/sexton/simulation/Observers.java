package io.sexton.simulation;

import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.DeletionReport;
import java.util.ArrayList;
import java.util.List;

/** All who watch. */
public final class Observers implements Observer {
    private final List<Observer> all = new ArrayList<>();

    public void add(Observer observer) {
        all.add(observer);
    }

    @Override
    public void emitted(int partition, long input, Output.Emitted output) {
        all.forEach(each -> each.emitted(partition, input, output));
    }

    @Override
    public void callStarts(String deleter, StorageCall call, long position) {
        all.forEach(each -> each.callStarts(deleter, call, position));
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        all.forEach(each -> each.deleted(deleter, region, object));
    }

    @Override
    public void purged(String by, ObjectKey key, StoredObject object) {
        all.forEach(each -> each.purged(by, key, object));
    }

    @Override
    public void reported(RegionId region, DeletionReport report) {
        all.forEach(each -> each.reported(region, report));
    }
}
