package io.sexton.demo.proof;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.TextFormat;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All records ever logged, read from the beginning: committed records only, the partitions of each topic in sequence,
 * each in its order.
 */
public record AuditLog(
        List<Logged<RegionEvent>> events,
        List<Logged<GcCommand>> commands,
        List<Logged<Notice>> notices,
        List<Logged<LockRequest>> lockRequests,
        List<Logged<LockEvent>> lockEvents,
        int deadLetters) {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /**
     * Reads the log up to where it ends now.
     *
     * @throws IllegalStateException if it cannot be read to its end
     */
    public static AuditLog read(String bootstrapServers) {
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return new AuditLog(
                    read(consumer, Topics.EVENTS, RegionEvent.parser()),
                    read(consumer, Topics.DELETE_COMMANDS, GcCommand.parser()),
                    read(consumer, Topics.NOTICES, Notice.parser()),
                    read(consumer, Topics.LOCK_REQUESTS, LockRequest.parser()),
                    read(consumer, Topics.LOCK_EVENTS, LockEvent.parser()),
                    records(consumer, Topics.DEAD_LETTERS).size());
        }
    }

    /** Returns the events of one region, without ticks and policies, in log order. */
    public List<RegionEvent> eventsOf(RegionId region) {
        return events.stream()
                .map(Logged::value)
                .filter(event -> event.getRegion().equals(region.value()))
                .toList();
    }

    /** Returns the records that name this text, such as a file's path, in the order in which they were appended. */
    public List<String> naming(String text) {
        return Stream.of(events, commands, notices, lockRequests, lockEvents)
                .<Logged<? extends Message>>flatMap(List::stream)
                .sorted(Comparator.<Logged<? extends Message>, Instant>comparing(Logged::at))
                .map(AuditLog::line)
                .filter(line -> line.contains(text))
                .toList();
    }

    private static String line(Logged<? extends Message> record) {
        return record.at() + " " + record.partition() + "-" + record.offset() + " "
                + TextFormat.printer().emittingSingleLine(true).printToString(record.value());
    }

    private static <T extends Message> List<Logged<T>> read(
            Consumer<byte[], byte[]> consumer, String topic, Parser<T> parser) {
        List<Logged<T>> read = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> each : records(consumer, topic)) {
            try {
                read.add(new Logged<>(
                        each.partition(),
                        each.offset(),
                        Instant.ofEpochMilli(each.timestamp()),
                        parser.parseFrom(each.value())));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(topic + " has bytes that are none of its messages", e);
            }
        }
        return read;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Consumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(topic + " could not be read to its end within " + TIMEOUT);
            }
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
        }
        read.sort(Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                .thenComparingLong(ConsumerRecord::offset));
        return read;
    }
}
