package io.sexton.proto;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The requirements on topics that I1 to I5 depend on, and their comparison with existing topics. Pure:
 * {@link TopicAdmin} requests the state of the topics from the brokers.
 */
final class LogRequirements {

    static final int MIN_REPLICATION_FACTOR = 3;
    static final int MIN_INSYNC_REPLICAS = 2;

    /** Hint for operators: the key of the services' configuration and the option of `sexton topics check`. */
    private static final String UNLESS_ACCEPTED = " (or sexton.single-broker: true, --single-broker)";

    /** The topics whose append times are the clock (I3). */
    private static final Set<String> CLOCKS = Set.of(Topics.EVENTS, Topics.LOCK_REQUESTS);

    private LogRequirements() {}

    /**
     * Returns every breach of a requirement.
     *
     * @param namespace namespace of the topics
     * @param topics the existing topics of {@link Topics#ALL} and {@link Topics#META}, by name without the namespace
     * @param recordedPartitions number of partitions that was recorded when they were created; empty if there is no
     *     record
     * @param singleBroker true if the operator accepts that one broker has all data
     */
    static List<TopicFinding> findings(
            Namespace namespace, Map<String, TopicState> topics, OptionalInt recordedPartitions, boolean singleBroker) {
        List<TopicFinding> findings = new ArrayList<>();
        if (recordedPartitions.isEmpty()) {
            findings.add(new TopicFinding(
                    namespace.topic(Topics.META),
                    "has no record of the number of partitions of the topics; `sexton topics create` writes it"));
        }
        for (String name : Topics.ALL) {
            TopicState topic = topics.get(name);
            if (topic == null) {
                findings.add(
                        new TopicFinding(namespace.topic(name), "does not exist; `sexton topics create` makes it"));
                continue;
            }
            if (recordedPartitions.isPresent() && Topics.KEYED_BY_REGION.contains(name)) {
                partitionProblem(topic, recordedPartitions.getAsInt()).ifPresent(findings::add);
            }
            addStorageProblems(findings, topic, CLOCKS.contains(name));
            if (!singleBroker) {
                addReplicationProblems(findings, topic);
            }
        }
        TopicState meta = topics.get(Topics.META);
        if (meta != null && !singleBroker) {
            addReplicationProblems(findings, meta);
        }
        return List.copyOf(findings);
    }

    /** Returns the differences between existing topics and the settings, apart from partitions. */
    static List<TopicFinding> differences(Map<String, TopicState> topics, TopicSettings settings) {
        List<TopicFinding> differences = new ArrayList<>();
        settings.allSpecs().forEach(spec -> {
            TopicState topic = topics.get(spec.name());
            if (topic != null) {
                addDifferences(differences, topic, spec);
            }
        });
        return List.copyOf(differences);
    }

    private static void addDifferences(List<TopicFinding> differences, TopicState topic, TopicSpec spec) {
        if (topic.replicationFactor() != spec.replicationFactor()) {
            differences.add(new TopicFinding(
                    topic.name(),
                    "has replication factor " + topic.replicationFactor() + ", not " + spec.replicationFactor()));
        }
        new TreeMap<>(spec.config()).forEach((key, wanted) -> {
            String found = topic.config().getOrDefault(key, "unset");
            if (!found.equals(wanted)) {
                differences.add(new TopicFinding(topic.name(), "has " + key + "=" + found + ", not " + wanted));
            }
        });
    }

    /** Returns a finding if the topic has another number of partitions than was recorded. */
    static Optional<TopicFinding> partitionProblem(TopicState topic, int recorded) {
        // WARNING: with another number, a region's pins and its files are in different partitions (I2).
        return topic.partitions() == recorded
                ? Optional.empty()
                : Optional.of(new TopicFinding(
                        topic.name(),
                        "has " + topic.partitions() + " partitions, but the topics were created with " + recorded
                                + ", and that may never change"));
    }

    private static void addStorageProblems(List<TopicFinding> findings, TopicState topic, boolean isClock) {
        String timestamps = topic.config().getOrDefault("message.timestamp.type", "unset");
        if (isClock && !timestamps.equals("LogAppendTime")) {
            findings.add(new TopicFinding(
                    topic.name(), "has message.timestamp.type=" + timestamps + ", but must have LogAppendTime"));
        }
        String cleanup = topic.config().getOrDefault("cleanup.policy", "unset");
        if (cleanup.contains("compact")) {
            // Compaction keeps the last event of each region only.
            findings.add(new TopicFinding(
                    topic.name(), "has cleanup.policy=" + cleanup + ", but a log that is compacted loses events"));
        }
    }

    private static void addReplicationProblems(List<TopicFinding> findings, TopicState topic) {
        if (topic.replicationFactor() < MIN_REPLICATION_FACTOR) {
            findings.add(new TopicFinding(
                    topic.name(),
                    "has replication factor " + topic.replicationFactor() + ", but needs at least "
                            + MIN_REPLICATION_FACTOR + UNLESS_ACCEPTED));
        }
        String insync = topic.config().getOrDefault("min.insync.replicas", "unset");
        if (!isAtLeast(insync, MIN_INSYNC_REPLICAS)) {
            findings.add(new TopicFinding(
                    topic.name(),
                    "has min.insync.replicas=" + insync + ", but needs at least " + MIN_INSYNC_REPLICAS
                            + UNLESS_ACCEPTED));
        }
        String unclean = topic.config().getOrDefault("unclean.leader.election.enable", "unset");
        if (!unclean.equals("false")) {
            findings.add(new TopicFinding(
                    topic.name(),
                    "has unclean.leader.election.enable=" + unclean + ", but must have false" + UNLESS_ACCEPTED
                            + ": such a leader loses events"));
        }
    }

    private static boolean isAtLeast(String found, int needed) {
        try {
            return Integer.parseInt(found) >= needed;
        } catch (NumberFormatException e) {
            return false; // Unknown is not enough (I5).
        }
    }
}
