package io.sexton.deleter.topology;

import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;

/**
 * A time that does not depend on one machine's clock alone: the earlier of this machine's and of the last append to the log, by
 * the brokers' clocks (I3). Where the log stands still, so does this.
 */
public final class LogTime {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Map<String, Object> client;
    private final String topic;

    /**
     * @param client how to reach the brokers
     * @param namespace of the log
     */
    public LogTime(Map<String, Object> client, Namespace namespace) {
        this.client = Map.copyOf(client);
        this.topic = namespace.topic(Topics.EVENTS);
    }

    /**
     * Returns the time, from a request to the brokers.
     *
     * @throws IllegalStateException if they do not answer
     */
    public Instant now() throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            TopicDescription events = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(topic);
            if (events == null) {
                throw new IllegalStateException("the brokers know no topic " + topic);
            }
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            events.partitions()
                    .forEach(
                            each -> latest.put(new TopicPartition(topic, each.partition()), OffsetSpec.maxTimestamp()));
            long appended =
                    admin.listOffsets(latest).all().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).values().stream()
                            .mapToLong(ListOffsetsResultInfo::timestamp)
                            .max()
                            .orElse(0);
            Instant logged = Instant.ofEpochMilli(Math.max(0, appended));
            Instant here = Instant.now();
            return logged.isBefore(here) ? logged : here;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "cannot read the time of the brokers: "
                            + MissingPermission.describe(e, AclOperation.DESCRIBE, topic, client),
                    e);
        }
    }
}
