package io.sexton.simulation;

import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.v1.Policy;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a world.
 *
 * @param seed of all random choices
 * @param partitions of each topic
 * @param databases their kinds, one region each
 * @param processes of each service
 * @param tickInterval of the folds
 * @param policy in force from the beginning
 * @param trashRetention how long files in the trash can be restored
 * @param etags true for an object store, which identifies objects by etags and moves them by copying; false for a file
 *     system
 * @param faults the faults that occur at random
 */
public record Settings(
        long seed,
        int partitions,
        List<DatabaseKind> databases,
        int processes,
        Duration tickInterval,
        Policy policy,
        Duration trashRetention,
        boolean etags,
        FaultPlan faults) {

    /** Returns these settings with other faults. */
    public Settings with(FaultPlan other) {
        return new Settings(seed, partitions, databases, processes, tickInterval, policy, trashRetention, etags, other);
    }
}
