package io.sexton.deleter.topology;

import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.MembershipCheck;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Publishes reports and commits the offsets of their commands, both or neither (design, section 8, step 7). A transaction
 * opens only when all of it is known, since an open one holds back every reader of its partitions. For one thread.
 *
 * <p>The group coordinator checks the offsets of a transaction against member and generation, so each one that commits
 * proves membership. WARNING: the proof must not be a plain commit of the consumer. One that arrives late would take back
 * the offset of a transaction that was committed meanwhile, and commands whose reports are published would be delivered
 * again (I1). A late part of a transaction is fenced by its producer's epoch.
 */
final class ReportTransactions implements AutoCloseable {

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Namespace namespace;
    private final String name;
    private @Nullable Producer<byte[], byte[]> producer;

    /** @param producers makes a transactional producer; the next one aborts what the one before left open */
    ReportTransactions(Supplier<Producer<byte[], byte[]>> producers, Namespace namespace, String name) {
        this.producers = producers;
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * Commits, and proves membership thereby.
     *
     * @param check names an offset to commit where nothing is finished: without any the coordinator is not asked
     * @throws org.apache.kafka.common.KafkaException if it is not known to be committed: then {@link #reset}, and read
     *     the commands again from the committed offsets
     */
    void commit(Map<Integer, Finished> finished, MembershipCheck check, ConsumerGroupMetadata group) {
        Producer<byte[], byte[]> open = producer();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        if (finished.isEmpty()) {
            offsets.put(
                    new TopicPartition(namespace.topic(Topics.DELETE_COMMANDS), check.partition()),
                    new OffsetAndMetadata(check.offset()));
        }
        open.beginTransaction();
        finished.forEach((partition, part) -> {
            for (Finished.Report report : part.reports()) {
                // A send that fails makes the commit fail.
                var unused = open.send(record(report));
            }
            offsets.put(
                    new TopicPartition(namespace.topic(Topics.DELETE_COMMANDS), partition),
                    new OffsetAndMetadata(part.nextOffset()));
        });
        open.sendOffsetsToTransaction(offsets, group);
        open.commitTransaction();
    }

    private ProducerRecord<byte[], byte[]> record(Finished.Report report) {
        RegionEvent event = RegionEvent.newBuilder()
                .setRegion(report.region().value())
                .setProducer(name)
                .setDeletionReport(report.report())
                .build();
        return new ProducerRecord<>(
                namespace.topic(Topics.EVENTS), report.region().toKey(), event.toByteArray());
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

    /** Settles what became of an open transaction: after this it is committed or aborted, for all to see. */
    void reset() {
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
