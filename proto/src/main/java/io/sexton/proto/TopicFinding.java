package io.sexton.proto;

/**
 * One thing about a topic that is not as it must be.
 *
 * @param topic its name
 * @param problem what is found and what is needed, as a phrase with the topic as its subject
 */
public record TopicFinding(String topic, String problem) {

    /** One line for people. */
    @Override
    public String toString() {
        return topic + " " + problem;
    }
}
