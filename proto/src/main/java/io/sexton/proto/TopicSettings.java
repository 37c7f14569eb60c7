package io.sexton.proto;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an operator decides about the topics when they are made.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param partitions number of partitions of every topic of {@link Topics#ALL}; never changes later
 * @param replicationFactor copies of each record
 * @param minInsyncReplicas copies that must have a record before its writer is told that it is safe
 * @param retention how long records are kept, by topic, in whole milliseconds; {@link #FOR_EVER} for those never deleted
 */
public record TopicSettings(
        int partitions, int replicationFactor, int minInsyncReplicas, Map<String, Duration> retention) {

    /** Retention of what is never deleted. */
    public static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    /** Largest batch that a topic takes; as large as a changelog's, because notices repeat what stored rows hold. */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    /** Where nothing else is said. gc.events is the source of all state and of every explanation: it stays longest. */
    private static final Map<String, Duration> DEFAULT_RETENTION = Map.of(
            Topics.EVENTS, Duration.ofDays(365),
            Topics.DELETE_COMMANDS, Duration.ofDays(90),
            Topics.NOTICES, Duration.ofDays(14),
            Topics.LOCK_REQUESTS, Duration.ofDays(30),
            Topics.LOCK_EVENTS, Duration.ofDays(30),
            Topics.DEAD_LETTERS, Duration.ofDays(90));

    /**
     * Topics that {@code retention} leaves out keep their default.
     *
     * @throws IllegalArgumentException if a number is below 1, more copies must be in sync than there are, or a
     *     retention is not positive or of an unknown topic; the message names the component
     */
    public TopicSettings {
        requireAtLeastOne("partitions", partitions);
        requireAtLeastOne("replicationFactor", replicationFactor);
        requireAtLeastOne("minInsyncReplicas", minInsyncReplicas);
        if (replicationFactor > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "replicationFactor: " + replicationFactor + " is above what Kafka knows");
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

    /** Three copies of each record, two of which must be in sync; default retention. */
    public static TopicSettings replicated(int partitions) {
        return new TopicSettings(partitions, 3, 2, Map.of());
    }

    /** One copy, for a broker that is alone: if it loses its disk, the log and all that was known is gone. */
    public static TopicSettings singleBroker(int partitions) {
        return new TopicSettings(partitions, 1, 1, Map.of());
    }

    /** These settings, with another retention for one topic. */
    public TopicSettings withRetention(String topic, Duration duration) {
        Map<String, Duration> changed = new HashMap<>(retention);
        changed.put(topic, duration);
        return new TopicSettings(partitions, replicationFactor, minInsyncReplicas, changed);
    }

    /** The topics to make: {@link Topics#ALL}, in that order. */
    List<TopicSpec> specs() {
        return Topics.ALL.stream()
                .map(topic -> spec(topic, partitions, retention.getOrDefault(topic, FOR_EVER)))
                .toList();
    }

    /** {@link Topics#META}: its first record counts, so nothing of it may be deleted or compacted. */
    TopicSpec metaSpec() {
        return spec(Topics.META, 1, FOR_EVER);
    }

    /** Every topic, {@link #metaSpec} first. */
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
                        // For gc.events and gc.lock-requests it is what time is made of. For the others: retention
                        // counts from when a record came, and no record is refused for the time that it bears.
                        "message.timestamp.type",
                        "LogAppendTime",
                        "retention.ms",
                        kept.equals(FOR_EVER) ? "-1" : Long.toString(kept.toMillis()),
                        // Above the largest output: one that the topic refused would stop its writer.
                        "max.message.bytes",
                        Integer.toString(MAX_MESSAGE_BYTES),
                        // A broker's default limit by size would delete sooner.
                        "retention.bytes",
                        "-1",
                        "min.insync.replicas",
                        Integer.toString(minInsyncReplicas),
                        // WARNING: an unclean leader forgets acknowledged events, and with them live files (I1).
                        "unclean.leader.election.enable",
                        "false"));
    }

    private static void requireAtLeastOne(String component, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(component + ": " + value + " is below 1");
        }
    }
}
