package io.sexton.proto;

import java.util.Map;

/**
 * A topic as the brokers have it.
 *
 * @param replicationFactor of the partition that has the fewest copies
 * @param config in effect, brokers' defaults included
 */
record TopicState(String name, int partitions, int replicationFactor, Map<String, String> config) {

    TopicState {
        config = Map.copyOf(config);
    }
}
