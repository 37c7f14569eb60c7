package io.sexton.bench;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.Ticker;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The whole of Sexton over files that all fall due with one tick. Used once, by one thread. */
final class Pipeline implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int FILES_OF_AN_EDIT = 500;
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long MIB = 1 << 20;
    private static final String FOLD = "gc-streams";

    /**
     * The times of events, in seconds since the tick.
     *
     * @param lastCommand the last delete command was in the log
     * @param lastFence the last fence had passed
     * @param lastReport the last report was committed
     */
    record Timing(double lastCommand, double lastFence, double lastReport, long commands, long fences, long reports) {}

    private final Path dir;
    private final int files;
    private final int regions;
    private final EmbeddedBroker broker;
    private final Map<String, Object> client;
    private final KafkaProducer<byte[], byte[]> producer;
    private final StoppedClock clock = new StoppedClock();

    private Pipeline(Path dir, int files, int regions) {
        this.dir = dir;
        this.files = files;
        this.regions = regions;
        broker = EmbeddedBroker.startTemporary();
        client = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (TopicAdmin topics = new TopicAdmin(client, TIMEOUT)) {
            var unused = topics.create(TopicSettings.singleBroker(PARTITIONS));
        }
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Runs once with this number of files and regions. */
    static Timing run(int files, int regions) throws Exception {
        Path dir = Files.createTempDirectory("sexton-bench");
        try (Pipeline pipeline = new Pipeline(dir, files, regions)) {
            pipeline.writeFiles();
            return pipeline.measure();
        } finally {
            Directories.delete(dir);
        }
    }

    private Timing measure() throws Exception {
        MeterRegistry metrics = new SimpleMeterRegistry();
        try (KafkaProducer<byte[], byte[]> ticks =
                        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
                FoldRuntime streams = startStreams(ticks);
                FoldRuntime coordinator = CoordinatorService.start(
                        fold("lock-coordinator", Duration.ofMillis(25)), TICK_INTERVAL, metrics);
                DeleterService deleter = DeleterService.start(deleter(), metrics)) {
            await("services", () -> streams.isReady() && coordinator.isReady() && deleter.isReady());
            publishFileHistories();
            awaitFolded();
            Thread.sleep(LINGER.plusSeconds(1).toMillis());
            try (PipelineWatch watch = new PipelineWatch(client, PARTITIONS)) {
                clock.start();
                Timing timing = watch.untilReported(files, TIMEOUT);
                requireGone();
                return timing;
            }
        }
    }

    private FoldRuntime startStreams(KafkaProducer<byte[], byte[]> ticks) {
        Ticker ticker = new Ticker(ticks, Topics.EVENTS, PartitionFold.DEFINITION::valueOf, clock);
        return FoldRuntime.start(
                fold(FOLD, Duration.ofMillis(100)),
                Topics.EVENTS,
                List.of(),
                PartitionFold.DEFINITION::valueOf,
                (itsOwn, placement) -> EventsTopology.build(
                        Namespace.NONE,
                        ticker,
                        TICK_INTERVAL,
                        placement,
                        ConfiguredPolicies.NONE,
                        new FoldListener<>() {},
                        ClockLag.UNMEASURED),
                new SimpleMeterRegistry());
    }

    private FoldSettings fold(String name, Duration commitInterval) {
        return new FoldSettings(
                name,
                broker.bootstrapServers(),
                true,
                dir.resolve(name),
                1,
                commitInterval,
                64 * MIB,
                64 * MIB,
                32 * MIB,
                Map.of());
    }

    private DeleterOptions deleter() {
        FileStore store = new FileStore(
                new LocalObjectStore(new LocalStoreSettings(dir.resolve("store"), null)), RootShape.parse("{region}"));
        return new DeleterOptions(
                broker.bootstrapServers(),
                true,
                "gc-deleter",
                "deleter-1",
                Map.of("main", store),
                DeleterSettings.DEFAULTS,
                Duration.ofSeconds(18),
                DeleterOptions.DEFAULT_PURGE_INTERVAL,
                DeleterOptions.Scan.ON_DEMAND,
                Map.of());
    }

    private void writeFiles() throws Exception {
        for (int file = 0; file < files; file++) {
            Path path = dir.resolve("store").resolve(name(file % regions)).resolve(path(file));
            if (file < regions) {
                Files.createDirectories(path.getParent());
            }
            Files.createFile(path);
        }
    }

    private void requireGone() throws Exception {
        try (var all = Files.walk(dir.resolve("store"))) {
            long left = all.filter(Files::isRegularFile).count();
            if (left > 0) {
                throw new IllegalStateException(left + " files were not deleted");
            }
        }
    }

    /** Publishes the opening, the files and the drop of each region. */
    private void publishFileHistories() {
        byte[] policy = RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setPolicy(Policy.newBuilder()
                                .setObsoleteLinger(Times.toProto(LINGER))
                                .setApprovalFloor(Integer.MAX_VALUE)))
                .build()
                .toByteArray();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            var unused = producer.send(new ProducerRecord<>(Topics.EVENTS, partition, new byte[0], policy));
        }
        for (int region = 0; region < regions; region++) {
            publish(
                    region,
                    event(region)
                            .setRegionOpened(
                                    RegionOpened.newBuilder().setStore("main").setRoot(name(region))));
            int version = publishEdits(region, 0, ManifestEdit.Builder::addAdded);
            publishEdits(region, version, (edit, file) -> edit.addRemoved(file.getPath()));
        }
        producer.flush();
    }

    private interface Change {
        ManifestEdit.Builder apply(ManifestEdit.Builder edit, FileRef file);
    }

    private int publishEdits(int region, int lastVersion, Change change) {
        int version = lastVersion;
        ManifestEdit.Builder edit = ManifestEdit.newBuilder();
        int inEdit = 0;
        for (int file = region; file < files; file += regions) {
            change.apply(edit, FileRef.newBuilder().setPath(path(file)).build());
            if (++inEdit == FILES_OF_AN_EDIT || file + regions >= files) {
                edit.setBaseVersion(version).setVersion(++version);
                publish(region, event(region).setManifestEdit(edit));
                edit = ManifestEdit.newBuilder();
                inEdit = 0;
            }
        }
        return version;
    }

    private RegionEvent.Builder event(int region) {
        return RegionEvent.newBuilder().setRegion(name(region)).setEpoch(1);
    }

    private void publish(int region, RegionEvent.Builder event) {
        var unused = producer.send(new ProducerRecord<>(
                Topics.EVENTS, RegionId.of(name(region)).toKey(), event.build().toByteArray()));
    }

    private void awaitFolded() throws Exception {
        try (Admin admin = Admin.create(client)) {
            await("the fold", () -> hasFoldedAll(admin));
        }
    }

    private boolean hasFoldedAll(Admin admin) {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(FOLD)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TopicPartition each = new TopicPartition(Topics.EVENTS, partition);
                long end = admin.listOffsets(Map.of(each, OffsetSpec.latest()))
                        .partitionResult(each)
                        .get()
                        .offset();
                OffsetAndMetadata at = committed.get(each);
                if (at == null || at.offset() < end) {
                    return false;
                }
            }
            return true;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited in vain for " + what);
            }
            Thread.sleep(20);
        }
    }

    private static String name(int region) {
        return "region-" + region;
    }

    private static String path(int file) {
        return "%08d.sst".formatted(file);
    }

    @Override
    public void close() {
        producer.close();
        broker.close();
    }

    /** The wall clock, once it is started; before, nothing is due by it. */
    private static final class StoppedClock extends Clock {
        private volatile boolean started;

        void start() {
            started = true;
        }

        @Override
        public Instant instant() {
            return started ? Instant.now() : Instant.EPOCH;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("ticks are in UTC");
        }
    }
}
