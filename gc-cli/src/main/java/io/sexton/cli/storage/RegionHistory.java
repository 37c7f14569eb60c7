package io.sexton.cli.storage;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.cli.Progress;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.service.CommandFailure;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** The evidence in {@code gc.events} of whether a database has opened a region. */
sealed interface RegionHistory {

    /** A leader of the region has written to the log. */
    record Opened() implements RegionHistory {}

    /** The log is whole, and no leader of the region has ever written to it. */
    record NeverOpened() implements RegionHistory {}

    /**
     * The log has no event of a leader, and its beginning is gone.
     *
     * @param firstOffset of the remaining log
     */
    record Incomplete(long firstOffset) implements RegionHistory {}

    /** Upper bound on the brokers' delay of the next records. */
    Duration TIMEOUT = Duration.ofSeconds(60);

    /** Records of the first part of the search; each further one has twice as many. */
    long FIRST_PART = 1_000;

    /** Records of a part at most. */
    long LONGEST_PART = 256_000;

    /**
     * Searches the region's partition, the latest records first, because a region in use has recent ones.
     *
     * @param client configuration of the brokers' connection
     * @throws CommandFailure if the topic does not exist, or the brokers return no records in time
     */
    static RegionHistory search(Map<String, Object> client, RegionId region, Progress progress) {
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config(client))) {
            TopicPartition partition = partitionOf(consumer, region);
            consumer.assign(List.of(partition));
            long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long length = FIRST_PART;
            while (end > begin) {
                long from = Math.max(begin, end - length);
                if (names(consumer, partition, from, end, region.toKey(), progress)) {
                    return new Opened();
                }
                end = from;
                length = Math.min(length * 2, LONGEST_PART);
            }
            return begin == 0 ? new NeverOpened() : new Incomplete(begin);
        }
    }

    private static boolean names(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long end,
            byte[] key,
            Progress progress) {
        consumer.seek(partition, from);
        long progressed = System.nanoTime();
        while (consumer.position(partition) < end) {
            long before = consumer.position(partition);
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
                progress.step();
                if (each.offset() < end && Arrays.equals(each.key(), key) && isOfLeader(each.value())) {
                    return true;
                }
            }
            if (consumer.position(partition) > before) {
                progressed = System.nanoTime();
            } else if (System.nanoTime() - progressed > TIMEOUT.toNanos()) {
                throw CommandFailure.failed(
                        "the brokers returned no records of " + partition + " after offset " + before + " for "
                                + TIMEOUT.toSeconds() + " s: nothing was listed",
                        null);
            }
        }
        return false;
    }

    /** Returns true for an event that only a leader publishes, who has opened the region. */
    private static boolean isOfLeader(byte[] value) {
        RegionEvent event;
        try {
            event = RegionEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
        return event.getEpoch() != 0
                || event.hasRegionOpened()
                || event.hasManifestEdit()
                || event.hasManifestSnapshot()
                || event.hasCompactionStarted()
                || event.hasCompactionCompleted()
                || event.hasCompactionFailed();
    }

    private static TopicPartition partitionOf(Consumer<byte[], byte[]> consumer, RegionId region) {
        List<PartitionInfo> infos = consumer.partitionsFor(Topics.EVENTS);
        if (infos == null || infos.isEmpty()) {
            throw CommandFailure.failed(
                    "there is no topic " + Topics.EVENTS + "; `sexton topics create` makes it", null);
        }
        // As Kafka's default partitioner has it.
        return new TopicPartition(Topics.EVENTS, Utils.toPositive(Utils.murmur2(region.toKey())) % infos.size());
    }

    private static Map<String, Object> config(Map<String, Object> client) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }
}
