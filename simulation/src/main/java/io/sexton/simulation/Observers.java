package io.sexton.simulation;

import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.proto.RegionId;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.DeletionReport;
import java.util.ArrayList;
import java.util.List;

/** All observers of one world. */
public final class Observers implements Observer {
    private final List<Observer> all = new ArrayList<>();

    public void add(Observer observer) {
        all.add(observer);
    }

    @Override
    public void emitted(FoldKind kind, int partition, long input, Said emitted) {
        all.forEach(each -> each.emitted(kind, partition, input, emitted));
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
