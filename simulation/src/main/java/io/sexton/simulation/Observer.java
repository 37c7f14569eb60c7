package io.sexton.simulation;

import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.DeletionReport;

/** Is told what the world does, the moment it does it. Changes nothing. */
public interface Observer {
    /** A fold has committed an output. {@code input} is the offset of the record that caused it. */
    default void emitted(int partition, long input, Output.Emitted output) {}

    /** A deleter begins a storage call. {@code position}: how far it has read the commands of the partition. */
    default void callStarts(String deleter, StorageCall call, long position) {}

    /** A deleter has had this file removed, for good or to the trash. */
    default void deleted(String deleter, RegionId region, StoredObject object) {}

    /** What lay in the trash is gone for good. */
    default void purged(String by, ObjectKey key, StoredObject object) {}

    /** A deleter has committed a report. */
    default void reported(RegionId region, DeletionReport report) {}
}
