package io.sexton.simulation;

import io.sexton.simulation.log.Weather;
import io.sexton.v1.Policy;
import java.time.Duration;

/**
 * How a world is.
 *
 * @param seed of all its chance
 * @param partitions of each topic
 * @param regions how many databases there are
 * @param processes of each service
 * @param tickInterval of the folds
 * @param policy in force from the beginning
 * @param etags whether storage and databases name files by etag
 * @param weather what goes wrong by itself
 */
public record Settings(
        long seed,
        int partitions,
        int regions,
        int processes,
        Duration tickInterval,
        Policy policy,
        boolean etags,
        Weather weather) {

    /** The same under other weather. */
    public Settings with(Weather other) {
        return new Settings(seed, partitions, regions, processes, tickInterval, policy, etags, other);
    }
}
