package io.sexton.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.Topics;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A reader of all records that are committed to the log from now on. For one thread. */
final class PipelineWatch implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long tickNanos;
    private boolean ticked;
    private double lastCommand;
    private double lastFence;
    private long deleted;
    private long commands;
    private long fences;
    private long reports;

    PipelineWatch(Map<String, Object> client, int partitions) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(Topics.EVENTS, partition));
            all.add(new TopicPartition(Topics.DELETE_COMMANDS, partition));
        }
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
    }

    /** Returns once that many files are reported as deleted. */
    Pipeline.Timing untilReported(int files, Duration timeout) throws InvalidProtocolBufferException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (deleted < files) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(deleted + " of " + files + " files were reported within " + timeout);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(5))) {
                if (record.topic().equals(Topics.EVENTS)) {
                    event(RegionEvent.parseFrom(record.value()));
                } else {
                    command(GcCommand.parseFrom(record.value()));
                }
            }
        }
        return new Pipeline.Timing(lastCommand, lastFence, sinceTick(), commands, fences, reports);
    }

    private void event(RegionEvent event) {
        if (event.hasTick() && !ticked) {
            ticked = true;
            tickNanos = System.nanoTime();
        } else if (event.hasDeletionReport()) {
            reports++;
            deleted += filesIn(event.getDeletionReport());
        }
    }

    private static int filesIn(DeletionReport report) {
        report.getOutcomesList().forEach(each -> {
            if (each.getOutcome() != Outcome.DELETED) {
                throw new IllegalStateException("not deleted: " + each);
            }
        });
        return report.getOutcomesCount();
    }

    private void command(GcCommand command) {
        if (command.hasDelete()) {
            commands++;
            lastCommand = sinceTick();
        } else if (command.hasFencePassed()) {
            fences++;
            lastFence = sinceTick();
        }
    }

    private double sinceTick() {
        return (System.nanoTime() - tickNanos) / 1e9;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
