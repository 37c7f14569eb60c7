package io.sexton.simulation.invariant;

import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;

/** An invariant that looks at each file of each delete command. */
abstract class Condemnations implements Invariant {
    @Override
    public void emitted(int partition, long input, Output.Emitted output) {
        if (output.message() instanceof GcCommand command && command.hasDelete()) {
            DeleteCommand delete = command.getDelete();
            delete.getFilesList().forEach(file -> condemned(output.region(), partition, input, delete, file));
        }
    }

    /** @param input offset of the tick that condemned it */
    abstract void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file);
}
