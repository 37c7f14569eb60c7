package io.sexton.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.DeleterFence;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Requests to each partition, and the longest time until they are answered: fences, which gc-streams answers at once,
 * and files that become obsolete, whose commands the deleter reports. A request that is not answered yet counts with
 * its age. Two threads of its own write and read.
 */
final class SilenceProbe implements AutoCloseable {
    private static final Duration FENCE_INTERVAL = Duration.ofMillis(100);
    private static final int FENCES_PER_FILE = 10;

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<RegionId> regions = new ArrayList<>();
    private final Path store;
    private final Map<String, Long> fences = new ConcurrentHashMap<>();
    private final Map<String, Long> commands = new ConcurrentHashMap<>();
    private final AtomicLong longestAnswer = new AtomicLong();
    private final AtomicLong longestReport = new AtomicLong();
    private final AtomicLong reports = new AtomicLong();
    private final List<Thread> threads;
    private volatile boolean closed;

    SilenceProbe(Map<String, Object> client, int partitions, Path store) throws IOException {
        this.store = store;
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .boxed()
                .flatMap(partition -> List.of(
                        new TopicPartition(Topics.EVENTS, partition),
                        new TopicPartition(Topics.DELETE_COMMANDS, partition))
                        .stream())
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        for (int partition = 0; partition < partitions; partition++) {
            RegionId region = regionOf(partition, partitions);
            regions.add(region);
            Files.createDirectories(store.resolve(region.value()));
            open(region, partition);
        }
        threads = List.of(new Thread(this::write, "probe-writer"), new Thread(this::read, "probe-reader"));
        threads.forEach(Thread::start);
    }

    private static RegionId regionOf(int partition, int partitions) {
        for (int number = 0; ; number++) {
            RegionId region = RegionId.of("region-" + number);
            if (Utils.toPositive(Utils.murmur2(region.toKey())) % partitions == partition) {
                return region;
            }
        }
    }

    private void open(RegionId region, int partition) {
        PolicySet policy = PolicySet.newBuilder()
                .setPolicy(Policy.newBuilder()
                        .setObsoleteLinger(com.google.protobuf.Duration.getDefaultInstance())
                        .setApprovalFloor(Integer.MAX_VALUE))
                .build();
        var unused = producer.send(new ProducerRecord<>(
                Topics.EVENTS,
                partition,
                new byte[0],
                RegionEvent.newBuilder().setPolicySet(policy).build().toByteArray()));
        send(
                region,
                event(region)
                        .setEpoch(1)
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot(region.value())));
    }

    private static RegionEvent.Builder event(RegionId region) {
        return RegionEvent.newBuilder().setRegion(region.value());
    }

    private void send(RegionId region, RegionEvent.Builder event) {
        var unused = producer.send(new ProducerRecord<>(
                Topics.EVENTS,
                regions.indexOf(region),
                region.toKey(),
                event.build().toByteArray()));
    }

    private void write() {
        try {
            for (long round = 0; !closed; round++) {
                for (RegionId region : regions) {
                    String nonce = region + "-" + round;
                    fences.put(nonce, System.nanoTime());
                    send(
                            region,
                            event(region)
                                    .setDeleterFence(DeleterFence.newBuilder().setNonce(nonce)));
                    if (round % FENCES_PER_FILE == 0) {
                        makeObsolete(region, round / FENCES_PER_FILE);
                    }
                }
                producer.flush();
                Thread.sleep(FENCE_INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeObsolete(RegionId region, long number) throws IOException {
        String path = number + ".sst";
        Files.writeString(store.resolve(region.value()).resolve(path), "contents");
        long version = 2 * number;
        send(
                region,
                event(region)
                        .setEpoch(1)
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(version)
                                .setVersion(version + 1)
                                .addAdded(FileRef.newBuilder().setPath(path))));
        send(
                region,
                event(region)
                        .setEpoch(1)
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(version + 1)
                                .setVersion(version + 2)
                                .addRemoved(path)));
    }

    private void read() {
        try {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(10))) {
                    if (record.topic().equals(Topics.EVENTS)) {
                        readEvent(RegionEvent.parseFrom(record.value()));
                    } else {
                        readCommand(GcCommand.parseFrom(record.value()));
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the log has a record that is not Sexton's", e);
        }
    }

    private void readCommand(GcCommand command) {
        if (command.hasFencePassed()) {
            Long sent = fences.remove(command.getFencePassed().getNonce());
            if (sent != null) {
                longestAnswer.accumulateAndGet(System.nanoTime() - sent, Math::max);
            }
        } else if (command.hasDelete()) {
            commands.put(command.getDelete().getCommandId(), System.nanoTime());
        }
    }

    private void readEvent(RegionEvent event) {
        if (event.hasDeletionReport()) {
            Long sent = commands.remove(event.getDeletionReport().getCommandId());
            if (sent != null) {
                longestReport.accumulateAndGet(System.nanoTime() - sent, Math::max);
                reports.incrementAndGet();
            }
        }
    }

    /** Waits until each partition answers, and commands are reported. */
    void awaitAnswers(Duration timeout) throws InterruptedException {
        long begin = System.nanoTime();
        long before = reports.get();
        while (reports.get() < before + regions.size()
                || oldest(fences) > Duration.ofSeconds(2).toNanos()) {
            if (System.nanoTime() - begin > timeout.toNanos()) {
                throw new IllegalStateException("not all partitions answer within " + timeout);
            }
            Thread.sleep(100);
        }
    }

    /** Begins a measurement: what was answered before does not count. */
    void begin() {
        longestAnswer.set(0);
        longestReport.set(0);
    }

    Duration longestAnswer() {
        return Duration.ofNanos(Math.max(longestAnswer.get(), oldest(fences)));
    }

    Duration longestReport() {
        return Duration.ofNanos(Math.max(longestReport.get(), oldest(commands)));
    }

    private static long oldest(Map<String, Long> requests) {
        long now = System.nanoTime();
        return requests.values().stream().mapToLong(sent -> now - sent).max().orElse(0);
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        consumer.close();
    }
}
