package io.sexton.simulation;

import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.Weather;
import io.sexton.v1.Policy;
import java.time.Duration;
import java.util.List;

/**
 * How a world is.
 *
 * @param seed of all its chance
 * @param partitions of each topic
 * @param databases what kinds of them there are, a region each
 * @param processes of each service
 * @param tickInterval of the folds
 * @param policy in force from the beginning
 * @param trashRetention how long what is in the trash can be restored
 * @param etags whether storage is an object store, which names objects by etags and moves them by copying; else it is
 *     a file system
 * @param weather what goes wrong by itself
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
        Weather weather) {

    /** The same under other weather. */
    public Settings with(Weather other) {
        return new Settings(seed, partitions, databases, processes, tickInterval, policy, trashRetention, etags, other);
    }
}
