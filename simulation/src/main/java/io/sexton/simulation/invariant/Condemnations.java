package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;

/** A check of each file of each delete command. */
abstract class Condemnations implements Invariant {
    @Override
    public void emitted(FoldKind kind, int partition, long input, Said emitted) {
        if (emitted.message() instanceof GcCommand command && command.hasDelete()) {
            DeleteCommand delete = command.getDelete();
            delete.getFilesList().forEach(file -> condemned(emitted.region(), partition, input, delete, file));
        }
    }

    /** @param input offset of the tick that condemned it */
    abstract void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file);
}
