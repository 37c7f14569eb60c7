package io.sexton.proto;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The settings of the topics, which an operator chooses when they are created.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param partitions number of partitions of every topic of {@link Topics#ALL}; never changes later
 * @param replicationFactor number of replicas of each record
 * @param minInsyncReplicas number of replicas that must have a record before it is acknowledged
 * @param retention retention of records, by topic, in whole milliseconds; {@link #FOR_EVER} if they are never deleted
 */
public record TopicSettings(
        int partitions, int replicationFactor, int minInsyncReplicas, Map<String, Duration> retention) {

    /** The retention of records that are never deleted. */
    public static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    /**
     * Largest batch that a topic accepts. The same as for changelogs, because notices repeat the contents of stored
     * rows.
     */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    /**
     * Defaults. gc.events has the longest retention, because it is the source of all state and of every explanation.
     */
    private static final Map<String, Duration> DEFAULT_RETENTION = Map.of(
            Topics.EVENTS, Duration.ofDays(365),
            Topics.DELETE_COMMANDS, Duration.ofDays(90),
            Topics.NOTICES, Duration.ofDays(14),
            Topics.LOCK_REQUESTS, Duration.ofDays(30),
            Topics.LOCK_EVENTS, Duration.ofDays(30),
            Topics.DEAD_LETTERS, Duration.ofDays(90));

    /**
     * Fills in the default retention of topics that {@code retention} does not contain.
     *
     * @throws IllegalArgumentException if a number is below 1, {@code minInsyncReplicas} is above
     *     {@code replicationFactor}, or a retention is not positive or of an unknown topic; the message names the
     *     component
     */
    public TopicSettings {
        requireAtLeastOne("partitions", partitions);
        requireAtLeastOne("replicationFactor", replicationFactor);
        requireAtLeastOne("minInsyncReplicas", minInsyncReplicas);
        if (replicationFactor > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "replicationFactor: " + replicationFactor + " is above the maximum of Kafka");
        }
        if (minInsyncReplicas > replicationFactor) {
            throw new IllegalArgumentException("minInsyncReplicas: " + minInsyncReplicas
                    + " is above replicationFactor " + replicationFactor + ", so nothing could be written");
        }
        Map<String, Duration> merged = new HashMap<>(DEFAULT_RETENTION);
        retention.forEach((topic, duration) -> {
            if (!DEFAULT_RETENTION.containsKey(topic)) {
                throw new IllegalArgumentException("retention: no topic is named " + Text.quoted(topic));
            }
            if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(FOR_EVER) > 0) {
                throw new IllegalArgumentException("retention of " + topic + ": " + duration + " is out of range");
            }
            merged.put(topic, duration);
        });
        retention = Map.copyOf(merged);
    }

    /** Returns settings with three replicas, two of which must be in sync, and the default retention. */
    public static TopicSettings replicated(int partitions) {
        return new TopicSettings(partitions, 3, 2, Map.of());
    }

    /**
     * Returns settings with one replica, for a single broker. The loss of its disk is the loss of the log and all
     * state.
     */
    public static TopicSettings singleBroker(int partitions) {
        return new TopicSettings(partitions, 1, 1, Map.of());
    }

    /** Returns these settings with another retention for one topic. */
    public TopicSettings withRetention(String topic, Duration duration) {
        Map<String, Duration> changed = new HashMap<>(retention);
        changed.put(topic, duration);
        return new TopicSettings(partitions, replicationFactor, minInsyncReplicas, changed);
    }

    /** Returns the topics to create: {@link Topics#ALL}, in that order. */
    List<TopicSpec> specs() {
        return Topics.ALL.stream()
                .map(topic -> spec(topic, partitions, retention.getOrDefault(topic, FOR_EVER)))
                .toList();
    }

    /** Returns {@link Topics#META}. Its first records are valid, so none may be deleted or compacted. */
    TopicSpec metaSpec() {
        return spec(Topics.META, 1, FOR_EVER);
    }

    /** Returns every topic to create, {@link #metaSpec} first. */
    Stream<TopicSpec> allSpecs() {
        return Stream.concat(Stream.of(metaSpec()), specs().stream());
    }

    private TopicSpec spec(String topic, int partitions, Duration kept) {
        return new TopicSpec(
                topic,
                partitions,
                (short) replicationFactor,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        // Log time is derived from it for gc.events and gc.lock-requests. For the other topics,
                        // retention then counts from the append, and no record is rejected for its timestamp.
                        "message.timestamp.type",
                        "LogAppendTime",
                        "retention.ms",
                        kept.equals(FOR_EVER) ? "-1" : Long.toString(kept.toMillis()),
                        // Above the largest output, because an output that the topic rejects would stop its writer.
                        "max.message.bytes",
                        Integer.toString(MAX_MESSAGE_BYTES),
                        // A broker's default limit by size could delete earlier.
                        "retention.bytes",
                        "-1",
                        "min.insync.replicas",
                        Integer.toString(minInsyncReplicas),
                        // WARNING: an unclean leader loses acknowledged events, and so the record of live files (I1).
                        "unclean.leader.election.enable",
                        "false"));
    }

    private static void requireAtLeastOne(String component, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(component + ": " + value + " is below 1");
        }
    }
}
