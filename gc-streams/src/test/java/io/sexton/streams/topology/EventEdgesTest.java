package io.sexton.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.fold.state.MemoryStore;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.DeadLetters;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import io.sexton.proto.edges.Edge;
import io.sexton.proto.edges.Edges;
import io.sexton.proto.edges.PlainMessages;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import io.sexton.v1.WriteFailed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The robustness of the fold (I5, I6): no record stops it. Every field of every event is set to its edges, through the
 * topology on real RocksDB stores, beside a region with ordinary events in the same partition.
 */
final class EventEdgesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String NEIGHBOUR = "neighbour";
    /** The largest record of the topics and changelogs. */
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final List<String> STORES = PartitionFold.DEFINITION.stores().stream()
            .map(FoldDefinition.Store::name)
            .toList();
    private static final List<String> CHANGELOGS =
            STORES.stream().map(store -> "test-" + store + "-changelog").toList();

    /**
     * The fields whose validity does not depend on the kind: they are driven with one kind. The epoch is not among
     * them.
     */
    private static final Set<String> ENVELOPE =
            Set.of("region", "producer", "occurred_at", "occurred_at.seconds", "occurred_at.nanos");

    private static final int MOST_COMMAND_BYTES = 512 * 1024 + 100;
    private static final int MOST_LETTER_BYTES = 1_000_000;
    private static final int EDGES_A_TICK = 4;
    private static final int TICKS_AN_EDIT = 12;
    private static final Duration BETWEEN_TICKS = Duration.ofSeconds(10);

    @TempDir
    private Path stateDir;

    /** A producer that acknowledges nothing: the ticks of this log are those that the test appends. */
    private final MockProducer<byte[], byte[]> ticks =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

    private @Nullable TopologyTestDriver driver;
    private @Nullable TestInputTopic<byte[], byte[]> in;
    private final Map<String, TestOutputTopic<byte[], byte[]>> out = new TreeMap<>();

    private Instant now = START;
    private long offset;
    private long bytesIn;
    /** The records of the neighbour's region, with the ticks and policies that it depends on. */
    private final List<LogRecord> neighbourLog = new ArrayList<>();

    private final List<String> neighbourOutput = new ArrayList<>();
    private final Deque<DeleteCommand> neighbourCommands = new ArrayDeque<>();
    private final Map<String, DeleteCommand> lastCommands = new TreeMap<>();
    private long neighbourVersion;
    private int edges;
    private int ticksSinceEdit;
    private int deadLetters;

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    @Test
    void everyFieldOfEveryEventAtItsEdges() throws Exception {
        start();
        boolean isFirst = true;
        List<RegionEvent> kinds =
                new ArrayList<>(new PlainMessages(START).ofEachKind(RegionEvent.getDefaultInstance()));
        // Each policy wakes all parked files: policies go first, before the partition has tens of thousands.
        kinds.sort(Comparator.comparing(kind -> !isOfPartition(kind)));
        for (RegionEvent kind : kinds) {
            // A tick agrees with the broker's clock only if it is of now.
            PlainMessages plain = kind.hasTick() ? new PlainMessages(now) : new PlainMessages(START);
            for (String field : Edges.fields(kind, plain)) {
                if (!isFirst && ENVELOPE.contains(field)) {
                    continue;
                }
                drive(kind, field, plain);
            }
            isFirst = false;
        }
        for (int i = 0; i < 2 * TICKS_AN_EDIT; i++) {
            tick();
        }

        assertThat(neighbourOutput).isEqualTo(neighbourAlone());
        assertThat(neighbourOutput).as("of the region beside").hasSizeGreaterThan(50);
        assertThat(edges).isGreaterThan(1_000);
        assertThat(deadLetters).isBetween(edges / 10, edges);
        assertRowsAreBounded();
    }

    /** Drives a field in a region of its own, so that the state left by another field's edge hides nothing. */
    private void drive(RegionEvent kind, String field, PlainMessages plain) throws Exception {
        String region = isOfPartition(kind) ? "" : kind.getEventCase() + " " + field;
        RegionEvent ordinary = open(kind, region);
        for (Edge edge : Edges.of(ordinary, field, plain)) {
            for (RegionEvent before : before(ordinary)) {
                assertAccepted(before);
            }
            boolean isReadable = drive(region, edge);
            if (isReadable && field.equals("region")) {
                drive(RegionEvent.parseFrom(edge.bytes()).getRegion(), edge);
            }
        }
    }

    /** Returns whether the record was an event at all. */
    private boolean drive(String key, Edge edge) throws Exception {
        edges++;
        Optional<String> problem;
        try {
            problem = pipe(key, edge.bytes());
        } catch (RuntimeException e) {
            throw new AssertionError("the fold stops at " + edge, e);
        }
        if (problem.isPresent()) {
            deadLetters++;
            assertThat(Edge.problemWithReason(RegionEvent.getDescriptor(), problem.get()))
                    .as("the reason of %s", edge)
                    .isEmpty();
        } else if (isPolicy(edge)) {
            // The one set last holds, whatever its glob.
            neighbour(policy("*"));
            neighbour(policy(NEIGHBOUR));
        }
        if (edges % EDGES_A_TICK == 0) {
            tick();
        }
        return problem.isEmpty() || !problem.get().startsWith("value: ");
    }

    private static boolean isPolicy(Edge edge) throws Exception {
        return RegionEvent.parseFrom(edge.bytes()).hasPolicySet();
    }

    private static boolean isOfPartition(RegionEvent event) {
        return event.hasTick() || event.hasPolicySet();
    }

    /** Opens the region, and creates the state for an ordinary event of that kind. Returns that event. */
    private RegionEvent open(RegionEvent kind, String region) throws Exception {
        RegionEvent.Builder ordinary = kind.toBuilder().setRegion(region).setEpoch(1);
        if (isOfPartition(kind)) {
            ordinary.clearRegion();
        } else {
            assertAccepted(event(region)
                    .setRegionOpened(RegionOpened.newBuilder().setStore("s").setRoot(region))
                    .build());
            assertAccepted(event(region)
                    .setManifestEdit(ManifestEdit.newBuilder().setVersion(1).addAdded(file("live")))
                    .build());
        }
        if (kind.hasDeletionReport()) {
            String path = kind.getDeletionReport().getOutcomes(0).getPath();
            assertAccepted(event(region)
                    .setWriteFailed(WriteFailed.newBuilder().addPaths(path))
                    .build());
            while (!lastCommands.containsKey(region)) {
                tick();
            }
            ordinary.getDeletionReportBuilder()
                    .setCommandId(lastCommands.get(region).getCommandId())
                    .getOutcomesBuilder(0)
                    .setOutcome(Outcome.FAILED_RETRYABLE);
        }
        for (RegionEvent before : before(ordinary.build())) {
            assertAccepted(before);
        }
        assertAccepted(ordinary.build());
        return ordinary.build();
    }

    /** Returns the events that an event of this kind usually follows; none for a kind that is not named. */
    private static List<RegionEvent> before(RegionEvent event) {
        RegionEvent.Builder before = event.toBuilder();
        if (event.hasManifestSnapshot()) {
            return List.of(before.setManifestSnapshot(ManifestSnapshot.newBuilder()
                            .setSnapshotId(event.getManifestSnapshot().getSnapshotId()))
                    .build());
        }
        if (event.hasInventory()) {
            return List.of(before.setInventory(Inventory.newBuilder()
                            .setInventoryId(event.getInventory().getInventoryId()))
                    .build());
        }
        if (event.hasCompactionCompleted()) {
            return List.of(before.setCompactionStarted(CompactionStarted.newBuilder()
                            .setCompactionId(event.getCompactionCompleted().getCompactionId())
                            .addTempFiles("temp"))
                    .build());
        }
        return List.of();
    }

    private void assertAccepted(RegionEvent event) throws Exception {
        assertThat(pipe(event.getRegion(), event.toByteArray()))
                .as("the problem with %s", event)
                .isEmpty();
    }

    private void start() throws Exception {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        Ticker ticker = new Ticker(
                () -> ticks,
                Topics.EVENTS,
                PartitionFold.DEFINITION::valueOf,
                Clock.fixed(START, ZoneOffset.UTC),
                () -> 0);
        driver = new TopologyTestDriver(
                EventsTopology.build(
                        Namespace.NONE,
                        ticker,
                        Duration.ofSeconds(1),
                        Placement.UNCHECKED,
                        ConfiguredPolicies.NONE,
                        new FoldListener<>() {},
                        ClockLag.UNMEASURED),
                config,
                START);
        in = driver.createInputTopic(Topics.EVENTS, new ByteArraySerializer(), new ByteArraySerializer());
        List<String> topics = new ArrayList<>(List.of(Topics.DELETE_COMMANDS, Topics.NOTICES, Topics.DEAD_LETTERS));
        topics.addAll(CHANGELOGS);
        for (String topic : topics) {
            out.put(topic, driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        }
        neighbour(policy("*"));
        neighbour(policy(NEIGHBOUR));
        neighbour(event(NEIGHBOUR)
                .setRegionOpened(RegionOpened.newBuilder().setStore("s").setRoot(NEIGHBOUR)));
        tick();
    }

    private static RegionEvent.Builder event(String region) {
        return RegionEvent.newBuilder().setRegion(region).setEpoch(1);
    }

    private static FileRef file(String path) {
        return FileRef.newBuilder().setPath(path).build();
    }

    private static RegionEvent.Builder policy(String glob) {
        Policy policy = Policy.newBuilder()
                .setObsoleteLinger(Times.toProto(Duration.ofSeconds(60)))
                .setOrphanLinger(Times.toProto(Duration.ofSeconds(60)))
                .setTempLinger(Times.toProto(Duration.ofSeconds(20)))
                .setDropLinger(Times.toProto(Duration.ofSeconds(60)))
                .build();
        return RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder().setRegionGlob(glob).setPolicy(policy));
    }

    private void tick() throws Exception {
        now = now.plus(BETWEEN_TICKS);
        neighbour(RegionEvent.newBuilder()
                .setTick(Tick.newBuilder()
                        .setTicker("t")
                        .setWallClock(Times.toProto(now))
                        .setUptime(Times.toProto(Duration.between(START, now)))));
        for (DeleteCommand command = neighbourCommands.poll(); command != null; command = neighbourCommands.poll()) {
            DeletionReport.Builder report = DeletionReport.newBuilder().setCommandId(command.getCommandId());
            command.getFilesList()
                    .forEach(file -> report.addOutcomes(FileOutcome.newBuilder()
                            .setPath(file.getFile().getPath())
                            .setOutcome(Outcome.DELETED)));
            neighbour(RegionEvent.newBuilder().setRegion(NEIGHBOUR).setDeletionReport(report));
        }
        if (++ticksSinceEdit >= TICKS_AN_EDIT) {
            ticksSinceEdit = 0;
            commitAndCompact();
        }
    }

    private void commitAndCompact() throws Exception {
        long version = ++neighbourVersion;
        String compaction = "c" + version;
        neighbour(event(NEIGHBOUR)
                .setCompactionStarted(CompactionStarted.newBuilder()
                        .setCompactionId(compaction)
                        .addTempFiles("temp/" + version)
                        .addTempFiles("data/" + version)));
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(version - 1)
                .setVersion(version)
                .addAdded(file("data/" + version));
        if (version > 1) {
            edit.addRemoved("data/" + (version - 1));
        }
        neighbour(event(NEIGHBOUR)
                .setCompactionCompleted(CompactionCompleted.newBuilder()
                        .setCompactionId(compaction)
                        .setEdit(edit)));
    }

    private void neighbour(RegionEvent.Builder event) throws Exception {
        byte[] value = event.build().toByteArray();
        neighbourLog.add(new LogRecord(0, offset, now, bytes(event.getRegion()), value));
        assertThat(pipe(event.getRegion(), value)).isEmpty();
    }

    /** Returns the reason of the dead letter, if the record is one. */
    private Optional<String> pipe(String key, byte[] value) throws Exception {
        offset++;
        bytesIn += value.length;
        Objects.requireNonNull(in).pipeInput(bytes(key), value, now);
        for (TestRecord<byte[], byte[]> record : read(Topics.DELETE_COMMANDS)) {
            assertThat(record.value()).hasSizeLessThanOrEqualTo(MOST_COMMAND_BYTES);
            DeleteCommand command = GcCommand.parseFrom(record.value()).getDelete();
            if (isOfNeighbour(record)) {
                addCommand(GcCommand.parseFrom(record.value()), neighbourOutput);
                if (!command.getCommandId().isEmpty()) {
                    neighbourCommands.add(command);
                }
            } else if (!command.getCommandId().isEmpty()) {
                lastCommands.put(command.getRegion(), command);
            }
        }
        for (TestRecord<byte[], byte[]> record : read(Topics.NOTICES)) {
            assertThat(record.value()).hasSizeLessThan(MAX_BYTES);
            if (isOfNeighbour(record)) {
                neighbourOutput.add(Notice.parseFrom(record.value()).toString());
            }
        }
        for (String changelog : CHANGELOGS) {
            for (TestRecord<byte[], byte[]> row : read(changelog)) {
                assertThat(row.key().length + (row.value() == null ? 0 : row.value().length))
                        .as("a row, in bytes")
                        .isLessThan(MAX_BYTES);
            }
        }
        List<TestRecord<byte[], byte[]>> letters = read(Topics.DEAD_LETTERS);
        assertThat(letters).hasSizeLessThan(2);
        return letters.stream().findFirst().map(letter -> {
            assertThat(letter.value()).hasSizeLessThanOrEqualTo(MOST_LETTER_BYTES);
            return new String(letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8);
        });
    }

    /** Adds the orders of a command, without its tick: a tick examines a bounded number of the partition's files. */
    private static void addCommand(GcCommand command, List<String> orders) {
        if (!command.hasDelete()) {
            orders.add(command.toString());
            return;
        }
        DeleteCommand.Builder frame = command.getDelete().toBuilder();
        frame.clearFiles().clearCommandId().clearDecidedAt();
        command.getDelete().getFilesList().forEach(file -> orders.add(frame + file.toString()));
    }

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        return Objects.requireNonNull(out.get(topic)).readRecordsToList();
    }

    private static boolean isOfNeighbour(TestRecord<byte[], byte[]> record) {
        return Arrays.equals(record.key(), bytes(NEIGHBOUR));
    }

    /**
     * Returns the outputs for the neighbour's region from its own records alone: commands before notices, by record.
     */
    private List<String> neighbourAlone() {
        List<String> alone = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        PartitionFold fold = new PartitionFold(
                0, new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()), Placement.UNCHECKED, output -> {
                    switch (output) {
                        case Output.Emitted emitted -> {
                            if (emitted.message() instanceof GcCommand command) {
                                addCommand(command, alone);
                            } else {
                                notices.add(emitted.message().toString());
                            }
                        }
                        case Output.DeadLetter letter -> throw new AssertionError(letter.reason());
                        case Output.ClockDisagreement tick -> throw new AssertionError(tick.ticker());
                    }
                });
        for (LogRecord record : neighbourLog) {
            fold.apply(record);
            alone.addAll(notices);
            notices.clear();
        }
        return alone;
    }

    /** Asserts that each row fits into its changelog, and that the size of all rows follows that of the input. */
    private void assertRowsAreBounded() {
        long bytesKept = 0;
        for (String store : STORES) {
            try (KeyValueIterator<Bytes, byte[]> rows = Objects.requireNonNull(driver)
                    .<Bytes, byte[]>getKeyValueStore(store)
                    .all()) {
                while (rows.hasNext()) {
                    KeyValue<Bytes, byte[]> row = rows.next();
                    assertThat(row.value).hasSizeLessThan(MAX_BYTES);
                    bytesKept += row.key.get().length + row.value.length;
                }
            }
        }
        assertThat(bytesKept).isLessThan(4 * bytesIn);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
