package io.sexton.deleter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.deleter.topology.LogTime;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.deleter.topology.Restoration;
import io.sexton.deleter.topology.ScanQueue;
import io.sexton.deleter.topology.ScanSchedule;
import io.sexton.deleter.topology.TrashPurger;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.service.StartupException;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Inventory;
import io.sexton.v1.LockMode;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.ScanCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deleter among the real services: gc-streams decides, the lock-coordinator locks. */
final class DeleterServiceIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final RegionId REGION = RegionId.of("r1");

    @TempDir
    private Path dir;

    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.startTemporary();
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (TopicAdmin admin = new TopicAdmin(client, TIMEOUT)) {
            admin.create(TopicSettings.singleBroker(1));
        }
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stopBroker() {
        producer.close(Duration.ZERO);
        broker.close();
    }

    @Test
    void deletesWhatBecameObsoleteAndNothingElse() throws IOException {
        Path obsolete = file("1.sst");
        Path live = file("2.sst");
        try (FoldRuntime coordinator = coordinator();
                FoldRuntime streams = streams("a");
                DeleterService deleter = deleter()) {
            openRegion();
            edit(0, 1, List.of("1.sst", "2.sst"), List.of());
            edit(1, 2, List.of(), List.of("1.sst"));

            await("the obsolete file is gone", () -> !Files.exists(obsolete));
            assertThat(live).exists();
            awaitAllReady(coordinator, streams, deleter);
        }
    }

    /**
     * Floors must hold, because ACLs cannot distinguish kinds of events: a principal that may publish heartbeats may
     * drop a region.
     */
    @Test
    void keepsTheLiveFilesOfADroppedRegionForTheTimeOfTheFloors() throws IOException {
        List<Path> live = List.of(file("1.sst"), file("2.sst"));
        Path obsolete = file("3.sst");
        Floors floors = new Floors(Map.of(Reason.REGION_GONE, Duration.ofHours(24)), Duration.ZERO);
        StoreRules rules = StoreRules.withoutFloors(Roots.named(RootShape.parse("{region}")))
                .withFloors(floors);
        LocalStoreSettings settings = new LocalStoreSettings(dir.resolve("store"), null);
        DeleterOptions options = options(true, new FileStore(new LocalObjectStore(settings), rules, null));
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try (FoldRuntime coordinator = coordinator();
                FoldRuntime streams = streams("a");
                DeleterService deleter = DeleterService.start(options, metrics)) {
            openRegion();
            edit(0, 1, List.of("1.sst", "2.sst", "3.sst"), List.of());
            edit(1, 2, List.of(), List.of("3.sst"));
            await("the obsolete file is gone", () -> !Files.exists(obsolete));

            Policy hostile = Policy.newBuilder()
                    .setDropLinger(com.google.protobuf.Duration.newBuilder().setNanos(1_000_000))
                    .setDisposition(Disposition.DELETE)
                    .build();
            publish(
                    RegionEvent.newBuilder()
                            .setPolicySet(PolicySet.newBuilder()
                                    .setRegionGlob(REGION.value())
                                    .setPolicy(hostile)),
                    null);
            publish(
                    RegionEvent.newBuilder()
                            .setRegion(REGION.value())
                            .setProducer("query-7")
                            .setRegionDropped(RegionDropped.getDefaultInstance()),
                    REGION);

            await(
                    "both were condemned, and stayed",
                    () -> metrics.get("sexton.deleter.below.floor")
                                    .tag("floor", Floors.Floor.MINIMUM_LINGER.text())
                                    .counter()
                                    .count()
                            >= 2);
            assertThat(live).allSatisfy(file -> assertThat(file).exists());
            awaitAllReady(coordinator, streams, deleter);
        }
    }

    @Test
    @Tag("long")
    void keepsAFileThatAnExclusiveHolderBroughtBackWhileGcStreamsWasDown() throws Exception {
        Path back = file("1.sst");
        Path witness = file("2.sst");
        try (FoldRuntime coordinator = coordinator();
                SextonClient migration = SextonClient.builder(broker.bootstrapServers())
                        .name("migration")
                        .build()) {
            await("coordinator", coordinator::isReady);
            RegionLock exclusive = migration
                    .locks()
                    .acquire(
                            REGION,
                            LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofSeconds(30))
                                    .maxWait(Duration.ofSeconds(30)));
            try (FoldRuntime streams = streams("a")) {
                await("gc-streams", streams::isReady);
                openRegion();
                edit(0, 1, List.of("1.sst", "2.sst"), List.of());
                edit(1, 2, List.of(), List.of("1.sst", "2.sst"));
                await("the command", () -> endOf(Topics.DELETE_COMMANDS) > 0);
            }
            try (DeleterService deleter = deleter()) {
                await("deleter", deleter::isReady);
                edit(2, 3, List.of("1.sst"), List.of());
                exclusive.close();
                // The deleter's grant arrives now; its fence is not answered yet.
                try (FoldRuntime again = streams("b")) {
                    await("the other file is gone", () -> !Files.exists(witness));
                    assertThat(back).exists();
                    assertThat(again.failure()).isNotDone();
                }
            }
        }
    }

    @Test
    void collectsWhatOnlyAScanFindsAndLeavesWhatHasItsCompanion() throws Exception {
        Path withoutMetadata = file("17");
        List<Path> kept = List.of(file("18"), file("18.meta"), file("notes.txt"));
        Policy policy = Policy.newBuilder()
                .setOrphanLinger(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .setOrphanConfirmation(OrphanConfirmation.INVENTORY)
                .setFilePattern("[0-9]+(\\.meta)?")
                .setCompanionSuffix(".meta")
                .build();
        DeleterOptions options = options(true);
        try (FoldRuntime coordinator = coordinator();
                FoldRuntime streams = streams("a");
                DeleterService deleter = deleter();
                SextonClient client = options.openClient()) {
            publish(RegionEvent.newBuilder().setPolicySet(PolicySet.newBuilder().setPolicy(policy)), null);
            publish(
                    event().setRegionOpened(
                                    RegionOpened.newBuilder().setStore("main").setRoot(REGION.value())),
                    REGION);
            FileStore store = Objects.requireNonNull(options.stores().get("main"));

            // The first shows that it exists; one that comes after its linger confirms it.
            await("the file that no event named is gone", () -> {
                scan(options, client, store);
                return !Files.exists(withoutMetadata);
            });

            assertThat(kept).allMatch(Files::exists);
            awaitAllReady(coordinator, streams, deleter);
        }
    }

    @Test
    @Tag("long")
    void retriesAFailingListingAsLongAsItProgresses() throws Exception {
        for (int i = 0; i < 8; i++) {
            file("dir-" + i + "/1");
        }
        AtomicInteger listings = new AtomicInteger();
        FileStore store = store((directory, list) -> {
            if (listings.getAndIncrement() % 2 == 0) {
                throw StorageProblemException.unknown("not this time");
            }
            list.run();
        });
        DeleterOptions options = options(true, store);
        try (FoldRuntime coordinator = coordinator();
                SextonClient client = options.openClient()) {
            await("coordinator", coordinator::isReady);

            RegionRoot root = store.rootOf(REGION).orElseThrow();
            RegionScanner scanner = new RegionScanner(
                    BlockingCalls.of(client.locks()),
                    client.publisher(),
                    new RegionScanner.Settings(
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30),
                            1,
                            new Pace(OptionalDouble.empty(), System::nanoTime)));
            assertThat(scanner.scan(store, root, length -> Optional.empty()).files())
                    .isEqualTo(8);
        }
        assertThat(listings)
                .as("half of them failed, more than may do so in a row")
                .hasValue(18);
    }

    @Test
    void scansAndPurgesAgainAfterAnUnexpectedError() throws Exception {
        AtomicInteger listings = new AtomicInteger();
        FileStore store = store((directory, list) -> {
            if (listings.getAndIncrement() == 0) {
                throw new NoClassDefFoundError("Missing");
            }
            list.run();
        });
        DeleterOptions options = options(true, store);
        file("1");
        openRegion();
        try (SextonClient client = options.openClient()) {
            ScanQueue queue = new ScanQueue(
                    "scans",
                    options.stores(),
                    options.scanner(client)::scan,
                    options.scan().queue(),
                    new SimpleMeterRegistry());
            ScanSchedule scans =
                    new ScanSchedule("scans", options.stores(), queue, region -> false, Duration.ofMillis(50));
            try {
                await("another scan", () -> listings.get() > 1);
            } finally {
                scans.close();
                queue.close();
            }
        }
        listings.set(0);
        TrashPurger purges = new TrashPurger(
                "purges",
                options.stores(),
                new LogTime(options.kafkaClient(), options.namespace()),
                Duration.ofMillis(50));
        try {
            await("another purge", () -> listings.get() > 1);
        } finally {
            purges.close();
        }
    }

    /** Blocks the listing; neither the command's acknowledgement nor deletes wait for it. */
    @Test
    void scansOnCommandDuringDeletes() throws Exception {
        Path obsolete = file("1.sst");
        file("2.sst");
        file("orphans/3.sst");
        CountDownLatch open = new CountDownLatch(1);
        FileStore store = store((directory, list) -> {
            open.await();
            list.run();
        });
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try (FoldRuntime coordinator = coordinator();
                FoldRuntime streams = streams("a");
                DeleterService deleter = DeleterService.start(options(true, store), metrics)) {
            openRegion();
            edit(0, 1, List.of("1.sst", "2.sst"), List.of());
            command(ScanCommand.newBuilder().setStore("elsewhere").setRoot(REGION.value()));
            long commanded = command(ScanCommand.newBuilder().setStore("main").setRoot(REGION.value()));
            await("the announcement", () -> !inventory().isEmpty());

            edit(1, 2, List.of(), List.of("1.sst"));
            await("the obsolete file is gone", () -> !Files.exists(obsolete));
            await("the command is acknowledged", () -> committed() > commanded);
            assertThat(inventory()).extracting(Inventory::getChunk).containsExactly(0);

            open.countDown();
            await("the last chunk", () -> inventory().stream().anyMatch(Inventory::getLast));
            // Where the command was delivered again another inventory may have begun.
            String id = inventory().getFirst().getInventoryId();
            List<Inventory> first = inventory().stream()
                    .filter(chunk -> chunk.getInventoryId().equals(id))
                    .toList();
            assertThat(first.getLast().getLast()).isTrue();
            assertThat(first)
                    .flatExtracting(Inventory::getFilesList)
                    .extracting(FileRef::getPath)
                    .containsExactlyInAnyOrder("2.sst", "orphans/3.sst");
            assertThat(metrics.get("sexton.deleter.scans")
                            .tag("result", "refused")
                            .counter()
                            .count())
                    .as("the unknown store")
                    .isPositive();
            awaitAllReady(coordinator, streams, deleter);
        }
    }

    private long command(ScanCommand.Builder scan) throws Exception {
        GcCommand command =
                GcCommand.newBuilder().setScan(scan.setRegion(REGION.value())).build();
        return producer.send(new ProducerRecord<>(Topics.DELETE_COMMANDS, REGION.toKey(), command.toByteArray()))
                .get()
                .offset();
    }

    private long committed() {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            var offset = admin.listConsumerGroupOffsets("sexton-deleter")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(Topics.DELETE_COMMANDS, 0));
            return offset == null ? -1 : offset.offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the chunks of the region in {@code gc.events}. */
    private List<Inventory> inventory() {
        List<Inventory> chunks = new ArrayList<>();
        TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    RegionEvent event = RegionEvent.parseFrom(each.value());
                    if (event.hasInventory()) {
                        chunks.add(event.getInventory());
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return chunks;
    }

    private interface Listing {
        void run() throws StorageProblemException, InterruptedException;
    }

    private interface Listings {
        void list(ObjectKey directory, Listing list) throws StorageProblemException, InterruptedException;
    }

    /** Returns the store, with an interceptor of its listings. */
    private FileStore store(Listings listings) {
        LocalObjectStore objects = new LocalObjectStore(new LocalStoreSettings(dir.resolve("store"), null));
        return new FileStore(
                new ForwardingObjectStore(objects) {
                    @Override
                    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
                            throws StorageProblemException, InterruptedException {
                        listings.list(directory, () -> super.list(directory, sink, guard));
                    }
                },
                RootShape.parse("{region}"));
    }

    private static void scan(DeleterOptions options, SextonClient client, FileStore store) {
        try {
            RegionRoot root = store.rootOf(REGION).orElseThrow();
            assertThat(options.scanner(client)
                            .scan(store, root, length -> Optional.empty())
                            .files())
                    .isBetween(3L, 4L);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void trashesAndRestoresUnderTheExclusiveLock() throws Exception {
        Path obsolete = file("1.sst");
        DeleterOptions options = options(true);
        try (FoldRuntime coordinator = coordinator();
                FoldRuntime streams = streams("a");
                DeleterService deleter = deleter();
                SextonClient client = options.openClient()) {
            Policy policy = Policy.newBuilder()
                    .setObsoleteLinger(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                    .setDisposition(Disposition.TRASH)
                    .build();
            publish(RegionEvent.newBuilder().setPolicySet(PolicySet.newBuilder().setPolicy(policy)), null);
            publish(
                    event().setRegionOpened(
                                    RegionOpened.newBuilder().setStore("main").setRoot(REGION.value())),
                    REGION);
            edit(0, 1, List.of("1.sst"), List.of());
            edit(1, 2, List.of(), List.of("1.sst"));
            await("the obsolete file is in the trash", () -> !Files.exists(obsolete));
            FileStore store = Objects.requireNonNull(options.stores().get("main"));
            List<TrashedFile> trashed = new ArrayList<>();
            store.trash().list(Optional.of(REGION), trashed::add, length -> Optional.empty());
            assertThat(trashed).hasSize(1);

            List<Restoration.Restored> restored = new Restoration(store, Restoration.Log.of(client))
                    .restore(
                            BlockingCalls.of(client.locks()),
                            REGION,
                            trashed,
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30));

            assertThat(restored).extracting(Restoration.Restored::moved).containsExactly(new Moved.Done(4));
            assertThat(obsolete).hasContent("data");
            assertThat(new LogTime(options.kafkaClient(), options.namespace()).now())
                    .isBeforeOrEqualTo(Instant.now());
            awaitAllReady(coordinator, streams, deleter);
        }
    }

    @Test
    void refusesALogThatIsNotReplicatedByDefault() {
        DeleterOptions careful = options(false);
        assertThatThrownBy(() -> DeleterService.start(careful, new SimpleMeterRegistry()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("replication")
                .hasMessageNotContaining("\n");
    }

    private Path file(String path) throws IOException {
        Path file = dir.resolve("store").resolve(REGION.value()).resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "data");
    }

    private FoldRuntime coordinator() {
        return CoordinatorService.start(fold("sexton-coordinator", "locks"), TICK, new SimpleMeterRegistry());
    }

    private FoldRuntime streams(String name) {
        return StreamsService.start(
                fold("sexton-streams", name), TICK, ConfiguredPolicies.NONE, new SimpleMeterRegistry());
    }

    private DeleterService deleter() {
        return DeleterService.start(options(true), new SimpleMeterRegistry());
    }

    private DeleterOptions options(boolean singleBroker) {
        LocalStoreSettings store = new LocalStoreSettings(dir.resolve("store"), null);
        return options(singleBroker, new FileStore(new LocalObjectStore(store), RootShape.parse("{region}")));
    }

    private DeleterOptions options(boolean singleBroker, FileStore store) {
        return new DeleterOptions(
                broker.bootstrapServers(),
                singleBroker,
                "sexton-deleter",
                "deleter-1",
                Map.of("main", store),
                DeleterSettings.DEFAULTS,
                Duration.ofSeconds(30),
                DeleterOptions.DEFAULT_PURGE_INTERVAL,
                DeleterOptions.Scan.ON_DEMAND,
                Map.of());
    }

    private FoldSettings fold(String application, String name) {
        return new FoldSettings(
                application,
                broker.bootstrapServers(),
                true,
                dir.resolve(name),
                1,
                Duration.ofMillis(100),
                8 << 20,
                32 << 20,
                16 << 20,
                Map.of());
    }

    private void openRegion() {
        Policy policy = Policy.newBuilder()
                .setObsoleteLinger(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build();
        publish(RegionEvent.newBuilder().setPolicySet(PolicySet.newBuilder().setPolicy(policy)), null);
        publish(
                event().setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot(REGION.value())),
                REGION);
    }

    private void edit(long base, long version, List<String> added, List<String> removed) {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAllRemoved(removed);
        added.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path)));
        publish(event().setManifestEdit(edit), REGION);
    }

    private static RegionEvent.Builder event() {
        return RegionEvent.newBuilder().setRegion(REGION.value()).setProducer("test");
    }

    private void publish(RegionEvent.Builder event, @Nullable RegionId key) {
        byte[] bytes = key == null ? "".getBytes(StandardCharsets.UTF_8) : key.toKey();
        var unused = producer.send(
                new ProducerRecord<>(Topics.EVENTS, bytes, event.build().toByteArray()));
        producer.flush();
    }

    private long endOf(String topic) {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            var partition = new TopicPartition(topic, 0);
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until each service has joined its group again; one that has failed never does. */
    private static void awaitAllReady(FoldRuntime coordinator, FoldRuntime streams, DeleterService deleter) {
        await("all are ready", () -> coordinator.isReady() && streams.isReady() && deleter.isReady());
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(TIMEOUT)
                .until(condition);
    }
}
