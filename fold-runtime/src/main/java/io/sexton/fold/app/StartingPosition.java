package io.sexton.fold.app;

import io.sexton.fold.topology.AppliedOffset;
import io.sexton.proto.MissingPermission;
import io.sexton.service.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The position at which a fold begins to read its log. There is no silent reset (design, section 10a): a group without
 * a position begins at offset 0, explicitly, or not at all if the log no longer begins there; and a group that has a
 * position, but lacks the state of the records before it, does not begin.
 *
 * <p>Records that a group reads twice, because Kafka lost its position, are not applied twice: see
 * {@link AppliedOffset}.
 */
public final class StartingPosition {
    private static final Logger LOG = LoggerFactory.getLogger(StartingPosition.class);
    private static final int ATTEMPTS = 5;

    private StartingPosition() {}

    /**
     * Commits offset 0 for each partition in which the group has no position yet.
     *
     * @param group the fold's group, which is its application id, too
     * @return the number of partitions of the topic
     * @throws StartupException if a partition's first record is not at offset 0, or the state of a partition is lost,
     *     or the brokers do not answer
     */
    public static int ensureCommitted(Map<String, Object> client, String group, String topic, Duration timeout) {
        try (Admin admin = Admin.create(client)) {
            int partitions = answer(admin.describeTopics(Set.of(topic)).allTopicNames(), timeout)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
            for (int attempt = 1; ; attempt++) {
                Map<TopicPartition, Long> positions = positions(admin, group, topic, timeout);
                requireState(client, admin, group, positions, timeout);
                Set<TopicPartition> missing = IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .filter(partition -> !positions.containsKey(partition))
                        .collect(Collectors.toSet());
                if (missing.isEmpty()) {
                    return partitions;
                }
                requireBeginAtZero(admin, group, missing, timeout);
                if (commitZero(admin, group, missing, timeout, attempt == ATTEMPTS)) {
                    LOG.info("{} begins at offset 0 of {} partitions of {}", group, missing.size(), topic);
                    return partitions;
                }
            }
        } catch (ExecutionException e) {
            throw new StartupException(
                    "the position of " + group + " in " + topic + " cannot be determined: "
                            + MissingPermission.describe(e, AclOperation.READ, client),
                    e);
        } catch (TimeoutException e) {
            throw new StartupException("no answer from the brokers within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted", e);
        }
    }

    private static Map<TopicPartition, Long> positions(Admin admin, String group, String topic, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), timeout)
                .forEach((partition, position) -> {
                    if (position != null && partition.topic().equals(topic)) {
                        positions.put(partition, position.offset());
                    }
                });
        return positions;
    }

    /** WARNING: a fold that continues without its state lacks all references, holds and pins (I1, I2). */
    private static void requireState(
            Map<String, Object> client,
            Admin admin,
            String group,
            Map<TopicPartition, Long> positions,
            Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        String changelog = group + "-" + AppliedOffset.STORE + "-changelog";
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        positions.forEach((partition, position) -> {
            if (position > 0) {
                latest.put(new TopicPartition(changelog, partition.partition()), OffsetSpec.latest());
            }
        });
        if (latest.isEmpty()) {
            return;
        }
        Map<TopicPartition, ListOffsetsResultInfo> ends = exists(client, admin, changelog, timeout)
                ? answer(admin.listOffsets(latest).all(), timeout)
                : Map.of();
        for (TopicPartition partition : latest.keySet()) {
            ListOffsetsResultInfo end = ends.get(partition);
            if (end == null || end.offset() == 0) {
                throw new StartupException("group " + group + " has read partition " + partition.partition()
                        + " of its log, but the state that came of it is lost: " + partition + " has nothing;"
                        + " delete the group (kafka-consumer-groups.sh --delete --group " + group
                        + ") to fold the log from its beginning");
            }
        }
    }

    /**
     * WARNING: a changelog that may not be described is not absent. If it counted as lost, the operator would delete
     * its group, and all records would be folded again.
     */
    private static boolean exists(Map<String, Object> client, Admin admin, String changelog, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            var unused = answer(admin.describeTopics(Set.of(changelog)).allTopicNames(), timeout);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            if (MissingPermission.isIn(e)) {
                throw new StartupException(
                        MissingPermission.describe(e, AclOperation.DESCRIBE, changelog, client)
                                + ": the state is there or not, which this principal may not know; grant it and start"
                                + " again; the group and the state must stay as they are",
                        e);
            }
            throw e;
        }
    }

    /** WARNING: state that lacks the log's beginning does not know what is live (I1). */
    private static void requireBeginAtZero(Admin admin, String group, Set<TopicPartition> missing, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        missing.forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> begin :
                answer(admin.listOffsets(earliest).all(), timeout).entrySet()) {
            if (begin.getValue().offset() != 0) {
                throw new StartupException("group " + group + " has no position in " + begin.getKey()
                        + ", and that log begins at offset " + begin.getValue().offset()
                        + ", not 0: its state would have a hole");
            }
        }
    }

    /**
     * Returns true once it is done; false if another instance of the group has just begun: then the check is repeated.
     */
    private static boolean commitZero(
            Admin admin, String group, Set<TopicPartition> missing, Duration timeout, boolean lastAttempt)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
        missing.forEach(partition -> zero.put(partition, new OffsetAndMetadata(0)));
        try {
            answer(admin.alterConsumerGroupOffsets(group, zero).all(), timeout);
            return true;
        } catch (ExecutionException e) {
            if (lastAttempt) {
                throw e;
            }
            return false;
        }
    }

    private static <T> T answer(Future<T> future, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
