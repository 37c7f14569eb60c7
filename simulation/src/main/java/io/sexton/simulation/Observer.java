package io.sexton.simulation;

import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.proto.RegionId;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.DeletionReport;

/** A listener for events of the simulated world, called synchronously. It changes nothing. */
public interface Observer {
    /** A fold has committed a message that it emitted. {@code input} is the offset of the record that caused it. */
    default void emitted(FoldKind kind, int partition, long input, Said emitted) {}

    /** A deleter begins a storage call. {@code position} is its position among the commands of the partition. */
    default void callStarts(String deleter, StorageCall call, long position) {}

    /** A deleter has had this file removed, permanently or into the trash. */
    default void deleted(String deleter, RegionId region, StoredObject object) {}

    /** An object in the trash was permanently deleted. */
    default void purged(String by, ObjectKey key, StoredObject object) {}

    /** A deleter has committed a report. */
    default void reported(RegionId region, DeletionReport report) {}
}
