package io.sexton.proto;

import java.util.Map;

/**
 * The state of an existing topic.
 *
 * @param replicationFactor number of replicas of the partition that has the fewest
 * @param config effective configuration, brokers' defaults included
 */
record TopicState(String name, int partitions, int replicationFactor, Map<String, String> config) {

    TopicState {
        config = Map.copyOf(config);
    }
}
