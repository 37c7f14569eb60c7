package io.sexton.deleter.topology;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The command log on Kafka's clients. A transaction (design, section 8, step 7) opens only when all of it is known, since an
 * open one holds back every reader of its partitions.
 *
 * <p>The group coordinator checks the offsets of a transaction against member and generation, so each one that commits
 * proves membership. WARNING: the proof must not be a plain commit of the consumer. One that arrives late would take back
 * the offset of a transaction that was committed meanwhile, and commands whose reports are published would be delivered
 * again (I1). A late part of a transaction is fenced by its producer's epoch.
 */
final class KafkaCommandLog implements CommandLog {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final String events;

    /** The group commits none of it, so that no open transaction holds back the answer. */
    private final Set<TopicPartition> neverCommitted;

    private @Nullable Producer<byte[], byte[]> producer;

    /** @param producers makes a transactional producer; the next one aborts what the one before left open */
    KafkaCommandLog(
            Consumer<byte[], byte[]> consumer, Supplier<Producer<byte[], byte[]>> producers, Namespace namespace) {
        this.consumer = consumer;
        this.producers = producers;
        this.topic = namespace.topic(Topics.DELETE_COMMANDS);
        this.events = namespace.topic(Topics.EVENTS);
        this.neverCommitted = Set.of(new TopicPartition(events, 0));
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
    public Map<Integer, CommandPosition> committed(Set<Integer> partitions) {
        Set<TopicPartition> named = partitions.stream().map(this::named).collect(Collectors.toSet());
        Map<Integer, CommandPosition> positions = new HashMap<>();
        consumer.committed(named).forEach((partition, offset) -> {
            if (offset != null) {
                positions.put(partition.partition(), position(partition, offset));
                named.remove(partition);
            }
        });
        consumer.beginningOffsets(named)
                .forEach((partition, offset) -> positions.put(partition.partition(), CommandPosition.at(offset)));
        return positions;
    }

    private static CommandPosition position(TopicPartition partition, OffsetAndMetadata committed) {
        try {
            return CommandPosition.of(committed.offset(), committed.metadata());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalStateException(
                    "the committed offset of " + partition + " has metadata that this version cannot read, so it is not"
                            + " known which commands above it are settled. Start a deleter of the version that wrote it",
                    e);
        }
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
    public void commit(List<RegionEvent> reports, Map<Integer, CommandPosition> positions) {
        Producer<byte[], byte[]> open = producer();
        Map<TopicPartition, OffsetAndMetadata> named = new HashMap<>();
        positions.forEach((partition, position) ->
                named.put(named(partition), new OffsetAndMetadata(position.nextOffset(), position.metadata())));
        open.beginTransaction();
        for (RegionEvent event : reports) {
            // A send that fails makes the commit fail.
            var unused = open.send(
                    new ProducerRecord<>(events, RegionId.of(event.getRegion()).toKey(), event.toByteArray()));
        }
        open.sendOffsetsToTransaction(named, consumer.groupMetadata());
        open.commitTransaction();
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            Producer<byte[], byte[]> made = producers.get();
            try {
                made.initTransactions();
            } catch (RuntimeException e) {
                made.close(Duration.ZERO);
                throw e;
            }
            producer = made;
        }
        return producer;
    }

    @Override
    public void settle() {
        closeProducer();
        producer();
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
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
        try {
            consumer.close();
        } finally {
            closeProducer();
        }
    }

    private TopicPartition named(int partition) {
        return new TopicPartition(topic, partition);
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }
}
