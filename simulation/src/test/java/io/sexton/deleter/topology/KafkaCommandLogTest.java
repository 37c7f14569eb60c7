package io.sexton.deleter.topology;

import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import io.sexton.simulation.service.CommandLogContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Here, beside the simulated log, because only this module has both. */
final class KafkaCommandLogTest extends CommandLogContract {

    private final KeepingConsumer consumer = new KeepingConsumer();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private long end;

    /** Keeps its records, so that a seek finds them again; and has the offsets of the producer's transactions. */
    private final class KeepingConsumer extends MockConsumer<byte[], byte[]> {
        private final List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();

        KeepingConsumer() {
            super("none");
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
            producer.consumerGroupOffsetsHistory().stream()
                    .flatMap(groups -> groups.values().stream())
                    .forEach(committed::putAll);
            committed.keySet().retainAll(partitions);
            return committed;
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            all.stream().filter(each -> each.offset() >= offset).forEach(super::addRecord);
        }
    }

    @Override
    protected CommandLog log() {
        return new KafkaCommandLog(consumer, () -> producer, Namespace.NONE);
    }

    @Override
    protected void assign(int partition) {
        consumer.updateBeginningOffsets(Map.of(named(partition), 0L));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(named(partition))));
    }

    @Override
    protected void revoke(int partition) {
        consumer.schedulePollTask(() -> consumer.rebalance(List.of()));
    }

    @Override
    protected void append(int partition, byte[] value) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(Topics.DELETE_COMMANDS, partition, end++, new byte[0], value);
        consumer.all.add(record);
        if (consumer.assignment().contains(named(partition))) {
            consumer.addRecord(record);
        }
    }

    @Override
    protected void expel() {
        producer.sendOffsetsToTransactionException = new CommitFailedException();
    }

    private static TopicPartition named(int partition) {
        return new TopicPartition(Topics.DELETE_COMMANDS, partition);
    }
}
