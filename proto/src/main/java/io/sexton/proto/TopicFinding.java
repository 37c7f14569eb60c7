package io.sexton.proto;

/**
 * A breach of a requirement on a topic.
 *
 * @param topic name of the topic
 * @param problem a phrase with the topic as its subject: the actual and the required value
 */
public record TopicFinding(String topic, String problem) {

    /** Returns the finding as one line for people. */
    @Override
    public String toString() {
        return topic + " " + problem;
    }
}
