package io.sexton.proto;

import java.util.Map;

/**
 * The specification of a topic to create.
 *
 * @param config configuration of the topic, which overrides the brokers' defaults
 */
record TopicSpec(String name, int partitions, short replicationFactor, Map<String, String> config) {

    TopicSpec {
        config = Map.copyOf(config);
    }

    /** Returns the same topic under its name in a namespace. */
    TopicSpec in(Namespace namespace) {
        return new TopicSpec(namespace.topic(name), partitions, replicationFactor, config);
    }
}
