package io.sexton.proto;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The permissions that each service and each kind of client needs, and no others. `sexton acls` prints them as ACLs.
 * Each service compares them at its start with the permissions that it has.
 */
public final class Grants {

    private static final Set<AclOperation> CHECKED = EnumSet.of(DESCRIBE, DESCRIBE_CONFIGS);

    private Grants() {}

    /** Returns the permissions of gc-streams, which folds gc.events and writes ticks and policies to it. */
    public static List<Grant> streams(Namespace namespace, String applicationId) {
        return fold(
                namespace,
                applicationId,
                Map.of(
                        Topics.EVENTS, EnumSet.of(READ, WRITE),
                        Topics.DELETE_COMMANDS, EnumSet.of(WRITE),
                        Topics.NOTICES, EnumSet.of(WRITE),
                        Topics.DEAD_LETTERS, EnumSet.of(WRITE)));
    }

    /** Returns the permissions of lock-coordinator, which folds gc.lock-requests and writes ticks to it. */
    public static List<Grant> coordinator(Namespace namespace, String applicationId) {
        return fold(
                namespace,
                applicationId,
                Map.of(
                        Topics.LOCK_REQUESTS, EnumSet.of(READ, WRITE),
                        Topics.LOCK_EVENTS, EnumSet.of(WRITE),
                        Topics.DEAD_LETTERS, EnumSet.of(WRITE)));
    }

    private static List<Grant> fold(
            Namespace namespace, String applicationId, Map<String, EnumSet<AclOperation>> topics) {
        String application = namespace.scoped(applicationId);
        List<Grant> grants = new ArrayList<>(service(namespace, topics));
        // Changelogs: created, written, and read again when a partition moves.
        grants.add(
                new Grant(ResourceType.TOPIC, application + "-", PatternType.PREFIXED, List.of(READ, WRITE, CREATE)));
        grants.add(new Grant(ResourceType.GROUP, application, PatternType.LITERAL, List.of(READ)));
        grants.add(new Grant(ResourceType.TRANSACTIONAL_ID, application + "-", PatternType.PREFIXED, List.of(WRITE)));
        return List.copyOf(grants);
    }

    /** Returns the permissions of gc-deleter, those for its locks included. */
    public static List<Grant> deleter(Namespace namespace, String groupId) {
        String group = namespace.scoped(groupId);
        List<Grant> grants = new ArrayList<>(service(
                namespace,
                Map.of(
                        Topics.DELETE_COMMANDS, EnumSet.of(READ),
                        Topics.EVENTS, EnumSet.of(WRITE),
                        Topics.LOCK_REQUESTS, EnumSet.of(WRITE),
                        Topics.LOCK_EVENTS, EnumSet.of(READ),
                        Topics.DEAD_LETTERS, EnumSet.of(WRITE))));
        grants.add(new Grant(ResourceType.GROUP, group, PatternType.LITERAL, List.of(READ)));
        grants.add(new Grant(ResourceType.TRANSACTIONAL_ID, group + "-", PatternType.PREFIXED, List.of(WRITE)));
        return List.copyOf(grants);
    }

    /** Returns the permissions of the leaders of a database: events, notices, locks. */
    public static List<Grant> leader(Namespace namespace) {
        return topics(
                namespace,
                Map.of(
                        Topics.EVENTS, EnumSet.of(WRITE),
                        Topics.NOTICES, EnumSet.of(READ),
                        Topics.LOCK_REQUESTS, EnumSet.of(WRITE),
                        Topics.LOCK_EVENTS, EnumSet.of(READ)));
    }

    /** Returns the permissions of readers, which hold pins. */
    public static List<Grant> reader(Namespace namespace) {
        return topics(namespace, Map.of(Topics.EVENTS, EnumSet.of(WRITE), Topics.NOTICES, EnumSet.of(READ)));
    }

    /**
     * Returns the permissions of operators: `publish`, `scan`, `trash restore`, `topics check`, and to read dead
     * letters.
     */
    public static List<Grant> operator(Namespace namespace) {
        return service(
                namespace,
                Map.of(
                        Topics.EVENTS, EnumSet.of(WRITE),
                        Topics.NOTICES, EnumSet.of(READ),
                        Topics.LOCK_REQUESTS, EnumSet.of(WRITE),
                        Topics.LOCK_EVENTS, EnumSet.of(READ),
                        Topics.DEAD_LETTERS, EnumSet.of(READ)));
    }

    /** Returns the permissions of auditors: `export` of every topic. */
    public static List<Grant> auditor(Namespace namespace) {
        return Topics.ALL.stream()
                .map(topic -> topic(namespace, topic, EnumSet.of(READ)))
                .toList();
    }

    /** Returns the permissions to run `topics create`. */
    public static List<Grant> administrator(Namespace namespace) {
        return Stream.concat(Topics.ALL.stream(), Stream.of(Topics.META))
                .map(topic -> topic(
                        namespace,
                        topic,
                        topic.equals(Topics.META)
                                ? EnumSet.of(READ, WRITE, CREATE, DESCRIBE_CONFIGS)
                                : EnumSet.of(CREATE, DESCRIBE, DESCRIBE_CONFIGS)))
                .toList();
    }

    /**
     * Adds the permissions for the checks at the start of a service (design, section 10a): every topic, and gc.meta.
     */
    private static List<Grant> service(Namespace namespace, Map<String, EnumSet<AclOperation>> work) {
        List<Grant> grants = new ArrayList<>();
        Stream.concat(Topics.ALL.stream(), Stream.of(Topics.META)).forEach(topic -> {
            EnumSet<AclOperation> operations = EnumSet.copyOf(CHECKED);
            if (work.containsKey(topic)) {
                operations.addAll(work.getOrDefault(topic, EnumSet.noneOf(AclOperation.class)));
            } else if (topic.equals(Topics.META)) {
                operations.add(READ);
            }
            grants.add(topic(namespace, topic, operations));
        });
        return grants;
    }

    private static List<Grant> topics(Namespace namespace, Map<String, EnumSet<AclOperation>> work) {
        return Topics.ALL.stream()
                .filter(work::containsKey)
                .map(topic -> topic(namespace, topic, work.getOrDefault(topic, EnumSet.noneOf(AclOperation.class))))
                .toList();
    }

    private static Grant topic(Namespace namespace, String topic, EnumSet<AclOperation> operations) {
        EnumSet<AclOperation> needed = EnumSet.copyOf(operations);
        if (needed.contains(READ) || needed.contains(WRITE)) {
            needed.remove(DESCRIBE);
        }
        return new Grant(ResourceType.TOPIC, namespace.topic(topic), PatternType.LITERAL, List.copyOf(needed));
    }
}
