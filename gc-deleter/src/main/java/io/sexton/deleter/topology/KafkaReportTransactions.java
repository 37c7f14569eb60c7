package io.sexton.deleter.topology;

import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a Kafka producer (design, section 8, step 7). One opens only when all of it is known, since an open
 * one holds back every reader of its partitions.
 *
 * <p>The group coordinator checks the offsets of a transaction against member and generation, so each one that commits
 * proves membership. WARNING: the proof must not be a plain commit of the consumer. One that arrives late would take back
 * the offset of a transaction that was committed meanwhile, and commands whose reports are published would be delivered
 * again (I1). A late part of a transaction is fenced by its producer's epoch.
 */
final class KafkaReportTransactions implements ReportTransactions {

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Namespace namespace;
    private final Supplier<ConsumerGroupMetadata> group;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param producers makes a transactional producer; the next one aborts what the one before left open
     * @param group the consumer's member id and generation
     */
    KafkaReportTransactions(
            Supplier<Producer<byte[], byte[]>> producers, Namespace namespace, Supplier<ConsumerGroupMetadata> group) {
        this.producers = producers;
        this.namespace = namespace;
        this.group = group;
    }

    @Override
    public void commit(List<RegionEvent> events, Map<Integer, Long> offsets) {
        Producer<byte[], byte[]> open = producer();
        Map<TopicPartition, OffsetAndMetadata> named = new HashMap<>();
        offsets.forEach((partition, offset) -> named.put(
                new TopicPartition(namespace.topic(Topics.DELETE_COMMANDS), partition), new OffsetAndMetadata(offset)));
        open.beginTransaction();
        for (RegionEvent event : events) {
            // A send that fails makes the commit fail.
            var unused = open.send(new ProducerRecord<>(
                    namespace.topic(Topics.EVENTS),
                    RegionId.of(event.getRegion()).toKey(),
                    event.toByteArray()));
        }
        open.sendOffsetsToTransaction(named, group.get());
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
    public void reset() {
        close();
        producer();
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
