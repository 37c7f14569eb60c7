package io.sexton.deleter.topology;

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

/**
 * A time that no machine's clock makes up alone: the earlier of this machine's and of the last append to the log, by
 * the brokers' clocks (I3). Where the log stands still, so does this.
 */
public final class LogTime {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<String, Object> client;

    /** @param client how to reach the brokers */
    public LogTime(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    /**
     * Asks the brokers.
     *
     * @throws IllegalStateException if they do not answer
     */
    public Instant now() throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            TopicDescription events = admin.describeTopics(List.of(Topics.EVENTS))
                    .allTopicNames()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .get(Topics.EVENTS);
            if (events == null) {
                throw new IllegalStateException("the brokers know no topic " + Topics.EVENTS);
            }
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            events.partitions()
                    .forEach(each ->
                            latest.put(new TopicPartition(Topics.EVENTS, each.partition()), OffsetSpec.maxTimestamp()));
            long appended =
                    admin.listOffsets(latest).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).values().stream()
                            .mapToLong(ListOffsetsResultInfo::timestamp)
                            .max()
                            .orElse(0);
            Instant logged = Instant.ofEpochMilli(Math.max(0, appended));
            Instant here = Instant.now();
            return logged.isBefore(here) ? logged : here;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the brokers do not say what time it is: " + e.getMessage(), e);
        }
    }
}
