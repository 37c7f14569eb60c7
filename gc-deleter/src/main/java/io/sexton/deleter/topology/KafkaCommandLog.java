package io.sexton.deleter.topology;

import io.sexton.fold.core.LogRecord;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The command log on a Kafka consumer. */
final class KafkaCommandLog implements CommandLog {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;

    /** The group commits none of it, so that no open transaction holds back the answer. */
    private final Set<TopicPartition> neverCommitted;

    KafkaCommandLog(Consumer<byte[], byte[]> consumer, Namespace namespace) {
        this.consumer = consumer;
        this.topic = namespace.topic(Topics.DELETE_COMMANDS);
        this.neverCommitted = Set.of(new TopicPartition(namespace.topic(Topics.EVENTS), 0));
    }

    @Override
    public void join(Assignments assignments) {
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                assignments.assigned(numbers(partitions));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                assignments.revoked(numbers(partitions));
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                assignments.lost(numbers(partitions));
            }
        });
    }

    @Override
    public void leave() {
        consumer.unsubscribe();
    }

    @Override
    public List<LogRecord> poll(Duration longest) {
        List<LogRecord> records = new ArrayList<>();
        consumer.poll(longest)
                .forEach(each -> records.add(new LogRecord(
                        each.partition(),
                        each.offset(),
                        Instant.ofEpochMilli(each.timestamp()),
                        each.key(),
                        each.value())));
        return records;
    }

    @Override
    public Set<Integer> assignment() {
        return numbers(consumer.assignment());
    }

    @Override
    public Map<Integer, Long> committed(Set<Integer> partitions) {
        Map<Integer, Long> offsets = new HashMap<>();
        Set<TopicPartition> named = partitions.stream().map(this::named).collect(Collectors.toSet());
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(named);
        named.removeIf(partition -> committed.get(partition) != null);
        consumer.beginningOffsets(named).forEach((partition, offset) -> offsets.put(partition.partition(), offset));
        committed.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition.partition(), offset.offset());
            }
        });
        return offsets;
    }

    @Override
    public void seek(int partition, long offset) {
        consumer.seek(named(partition), offset);
    }

    @Override
    public void pause(int partition) {
        consumer.pause(Set.of(named(partition)));
    }

    @Override
    public void resume(int partition) {
        consumer.resume(Set.of(named(partition)));
    }

    @Override
    public void probe() {
        var unused = consumer.committed(neverCommitted, PROBE_TIMEOUT);
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private TopicPartition named(int partition) {
        return new TopicPartition(topic, partition);
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }
}
