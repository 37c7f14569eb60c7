package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.testkit.edges.Edge;
import io.sexton.testkit.edges.Edges;
import io.sexton.testkit.edges.PlainMessages;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No record stops the deleter: every field of every command at its edges, from the consumer to the report, on a real file
 * system. Nothing outside the region's root is touched (I1), and another region's commands are carried out.
 */
final class CommandEdgesTest {

    private static final String REGION = "edges";
    private static final String NEIGHBOUR = "neighbour";
    private static final TopicPartition PARTITION = new TopicPartition(Topics.DELETE_COMMANDS, 0);
    private static final int EDGES_A_COMMAND = 10;

    /** The default limit of a producer's request and of a topic's record. */
    private static final int MOST_REPORT_BYTES = 1_000_000;

    @TempDir
    private Path dir;

    private final Deque<Runnable> work = new ArrayDeque<>();
    private final List<RegionRoot> scanned = new ArrayList<>();
    private final MockProducer<byte[], byte[]> fences = producer();
    private final MockProducer<byte[], byte[]> letters = producer();
    private final List<MockProducer<byte[], byte[]>> reporters = new ArrayList<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private CommandReader reader;

    private Iterator<Edge> edges = Collections.emptyIterator();
    private long offset;
    private int driven;
    private int fencesAnswered;
    private int reportsSeen;
    private int deletesDriven;
    private final Map<String, DeletionReport> reports = new TreeMap<>();
    private int reportsOfEdges;
    private int neighbours;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(dir.resolve("store"));
        FileStore store = new FileStore(
                new LocalObjectStore(new LocalStoreSettings(dir.resolve("store"), null)), RootShape.parse("{region}"));
        DeleterMetrics metrics = new DeleterMetrics(new SimpleMeterRegistry());
        DeleterCore core = new DeleterCore(DeleterSettings.DEFAULTS, () -> "nonce of " + offset);
        reader = new CommandReader(
                new KafkaCommandLog(consumer, this::reporter, Namespace.NONE),
                new DeleterEngine(
                        "deleter",
                        core,
                        core,
                        new DeleterEngine.Ports(
                                this::lock,
                                new FencePublisher(fences, Topics.EVENTS, Runnable::run)::publish,
                                new StorageCalls(Map.of("main", store), metrics),
                                (name, root) -> scanned.add(root),
                                work::add,
                                health -> {},
                                () -> Duration.ofNanos(System.nanoTime())),
                        Duration.ofSeconds(10)),
                new ReportLog(
                        Topics.DELETE_COMMANDS,
                        metrics,
                        new DeadLetterBox(letters, Topics.DEAD_LETTERS, Runnable::run)),
                new CommandReader.Membership(
                        "deleter",
                        "deleters",
                        Duration.ofMinutes(2),
                        500,
                        () -> Duration.ofHours(1),
                        failure -> Optional.empty()));
    }

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    @Timeout(120)
    void everyFieldOfEveryCommandAtItsEdges() throws IOException {
        PlainMessages plain = new PlainMessages(Instant.now());
        List<Edge> all = new ArrayList<>();
        for (GcCommand kind : plain.ofEachKind(GcCommand.getDefaultInstance())) {
            GcCommand ordinary = ofRegion(kind);
            Edges.fields(ordinary, plain).forEach(field -> all.addAll(Edges.of(ordinary, field, plain)));
        }
        all.add(fullCommand());
        edges = all.iterator();
        file("outside/of/the/store");
        file("store/other/data");
        file("store/etc/passwd");
        file("store/" + NEIGHBOUR + "/kept");
        Map<String, String> before = others();
        onPoll(this::begin);

        reader.run();

        assertThat(driven).isEqualTo(all.size()).isGreaterThan(500);
        assertThat(others()).as("files outside of the region").isEqualTo(before);
        assertThat(neighbours).isGreaterThan(50);
        assertThat(reportsOfEdges + letters.history().size())
                .as("delete commands that are reported, and records that are dead letters")
                .isGreaterThanOrEqualTo(deletesDriven);
        assertThat(reporters.getLast().consumerGroupOffsetsHistory().getLast().values())
                .allSatisfy(offsets -> assertThat(offsets).containsEntry(PARTITION, new OffsetAndMetadata(offset)));
        assertThat(scanned).isNotEmpty();
        for (ProducerRecord<byte[], byte[]> letter : letters.history()) {
            assertThat(Edge.problemWithReason(GcCommand.getDescriptor(), reason(letter)))
                    .isEmpty();
        }
    }

    /** Of this region and store; a plain file that is nothing but there may be deleted. */
    private static GcCommand ofRegion(GcCommand kind) {
        GcCommand.Builder command = kind.toBuilder();
        if (kind.hasDelete()) {
            command.getDeleteBuilder().setRegion(REGION).setStore("main").setRoot(REGION);
            command.getDeleteBuilder()
                    .getFilesBuilder(0)
                    .getFileBuilder()
                    .clearSizeBytes()
                    .clearEtag()
                    .clearModifiedAt()
                    .clearDataUntil();
        } else if (kind.hasRevoke()) {
            command.getRevokeBuilder().setRegion(REGION);
        } else if (kind.hasFencePassed()) {
            command.getFencePassedBuilder().setRegion(REGION);
        } else if (kind.hasScan()) {
            command.getScanBuilder().setRegion(REGION).setStore("main").setRoot(REGION);
        }
        return command.build();
    }

    /** The most files that fit into a record of the topic: an empty one has two bytes. */
    private static Edge fullCommand() {
        DeleteCommand.Builder delete = command("0-1-0", REGION);
        delete.addAllFiles(Collections.nCopies(1_000_000, CondemnedFile.getDefaultInstance()));
        return new Edge(
                "delete.files",
                "a million that are empty",
                GcCommand.newBuilder().setDelete(delete).build().toByteArray());
    }

    private void begin() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.rebalance(List.of(PARTITION));
        neighbour();
        onPoll(this::step);
    }

    /** Runs the work between two polls: storage calls and grants, the fold's answers to fences, and the next commands. */
    private void step() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
        while (fencesAnswered < fences.history().size()) {
            answerFence(fences.history().get(fencesAnswered++));
        }
        readReports();
        DeletionReport report = reports.remove(neighbourCommand());
        if (report == null) {
            onPoll(this::step);
            return;
        }
        assertThat(report.getOutcomesList())
                .extracting(FileOutcome::getOutcome)
                .as("after edge %s", driven)
                .containsExactly(Outcome.DELETED);
        if (!edges.hasNext()) {
            reader.stop();
            return;
        }
        for (int i = 0; i < EDGES_A_COMMAND && edges.hasNext(); i++) {
            drive(edges.next());
        }
        neighbour();
        onPoll(this::step);
    }

    private void drive(Edge edge) {
        driven++;
        file("store/" + REGION + "/0-1-171");
        try {
            GcCommand command = GcCommand.parseFrom(edge.bytes());
            deletesDriven += command.hasDelete() ? 1 : 0;
        } catch (InvalidProtocolBufferException e) {
            deletesDriven++; // a dead letter
        }
        add(REGION, edge.bytes());
    }

    /** The last command of a round: what is read after a command may revoke it. */
    private void neighbour() {
        neighbours++;
        String path = "data" + neighbours;
        file("store/" + NEIGHBOUR + "/" + path);
        DeleteCommand.Builder command = command(neighbourCommand(), NEIGHBOUR)
                .addFiles(CondemnedFile.newBuilder()
                        .setFile(FileRef.newBuilder().setPath(path))
                        .setReason(Reason.OBSOLETE)
                        .setSince(now()));
        add(NEIGHBOUR, GcCommand.newBuilder().setDelete(command).build().toByteArray());
    }

    private String neighbourCommand() {
        return "9-" + neighbours + "-9";
    }

    private static DeleteCommand.Builder command(String id, String region) {
        return DeleteCommand.newBuilder()
                .setRegion(region)
                .setCommandId(id)
                .setStore("main")
                .setRoot(region)
                .setDisposition(Disposition.DELETE)
                .setDecidedAt(now());
    }

    private static Timestamp now() {
        return Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()).build();
    }

    private void answerFence(ProducerRecord<byte[], byte[]> fence) {
        RegionEvent event = parse(fence.value());
        FencePassed passed = FencePassed.newBuilder()
                .setRegion(event.getRegion())
                .setNonce(event.getDeleterFence().getNonce())
                .build();
        add(
                event.getRegion(),
                GcCommand.newBuilder().setFencePassed(passed).build().toByteArray());
    }

    private void readReports() {
        List<ProducerRecord<byte[], byte[]>> published =
                reporters.stream().flatMap(each -> each.history().stream()).toList();
        for (ProducerRecord<byte[], byte[]> record : published.subList(reportsSeen, published.size())) {
            assertThat(record.value()).hasSizeLessThan(MOST_REPORT_BYTES);
            RegionEvent event = parse(record.value());
            if (event.getRegion().equals(NEIGHBOUR)) {
                reports.put(event.getDeletionReport().getCommandId(), event.getDeletionReport());
            } else {
                reportsOfEdges++;
            }
        }
        reportsSeen = published.size();
    }

    private static RegionEvent parse(byte[] bytes) {
        try {
            return RegionEvent.parseFrom(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(ProducerRecord<byte[], byte[]> letter) {
        return new String(letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8);
    }

    private void add(String region, byte[] command) {
        byte[] key = region.getBytes(StandardCharsets.UTF_8);
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset++,
                System.currentTimeMillis(),
                TimestampType.LOG_APPEND_TIME,
                key.length,
                command.length,
                key,
                command,
                new RecordHeaders(),
                Optional.empty()));
    }

    private void onPoll(Runnable task) {
        consumer.schedulePollTask(task);
    }

    private void file(String path) {
        try {
            Path file = dir.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the files outside the region's root, the trash and the region beside, whose files come and go. */
    private Map<String, String> others() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = dir.relativize(file).toString();
                if (!path.startsWith("store/" + REGION + "/") && !path.startsWith("store/.trash/")) {
                    contents.put(path, Files.readString(file));
                }
            }
        }
        return contents;
    }

    /** Granted by the next step, and never lost. */
    private RegionLocking.Request lock(RegionId region, RegionLocking.Listener listener) {
        work.add(() -> listener.granted(new Lease() {
            @Override
            public long token() {
                return offset;
            }

            @Override
            public boolean outlasts(Duration length) {
                return true;
            }
        }));
        return () -> {};
    }

    private MockProducer<byte[], byte[]> reporter() {
        MockProducer<byte[], byte[]> made = producer();
        reporters.add(made);
        return made;
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
