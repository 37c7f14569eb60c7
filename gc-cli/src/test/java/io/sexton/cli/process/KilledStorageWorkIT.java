package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.archive.ArchivedMetrics;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.TopicContents;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.demo.FileTree;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Policy;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deleter, or an operator's command, is killed while it moves files: nothing is lost, nothing exists twice, and the
 * next one completes the work. Slow storage makes time for the kill.
 */
@Tag("long")
final class KilledStorageWorkIT {

    private static final RegionId REGION = RegionId.of("r1");
    private static final int FILES = 400;
    private static final int HOSTS = 20;
    private static final int CHECKPOINTS = 10;
    private static final int VALUES = 2000;
    private static final com.google.protobuf.Duration SECOND =
            com.google.protobuf.Duration.newBuilder().setSeconds(1).build();

    @TempDir
    private Path dir;

    private final EmbeddedBroker broker = EmbeddedBroker.startTemporary();
    private Path store = Path.of("");
    private Path root = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Deployment deployment;

    @SuppressWarnings("NullAway.Init")
    private SextonClient client;

    @BeforeEach
    void start() throws IOException {
        store = Files.createDirectories(dir.resolve("store"));
        root = Files.createDirectories(store.resolve(REGION.value()));
        deployment = new Deployment(dir, broker.bootstrapServers(), Map.of("main", store));
        deployment.makeTopics(1);
        client =
                SextonClient.builder(broker.bootstrapServers()).name("database").build();
    }

    @AfterEach
    void stop() {
        client.close();
        deployment.close();
        broker.close();
    }

    @Test
    void aFileIsInItsRegionOrInTheTrashWheneverADeleterOrARestorationIsKilled() throws Exception {
        deployment.configureDeleters("limits: {files-per-second: 25}");
        startServices();
        setPolicy(Policy.newBuilder().setObsoleteLinger(SECOND).setDisposition(Disposition.TRASH));
        trashFiles();

        for (int some : List.of(FILES / 8, FILES / 4)) {
            deployment.await(some + " files are in the trash", () -> trash().size() >= some);
            deployment.kill("deleter");
            assertThat(names(trash())).doesNotHaveDuplicates().hasSizeLessThan(FILES);
            requireEachOnce();
            deployment.start("deleter", "deleter");
        }
        deployment.await("all files are in the trash", () -> trash().size() == FILES);
        requireEachOnce();
        deployment.await("each file is reported", () -> reported().size() == FILES);

        try (JavaProcess restoration = restore()) {
            deployment.await("some files are back", () -> files(root).size() > FILES / 8);
            restoration.kill();
        }
        assertThat(files(root)).hasSizeLessThan(FILES);
        requireEachOnce();
        try (JavaProcess restoration = restore()) {
            deployment.await("all files are back", () -> files(root).size() == FILES);
            deployment.await("it is done", () -> !restoration.isAlive());
        }
        requireEachOnce();
        assertThat(trash()).isEmpty();
        assertThat(announced())
                .as("known to the log, or they would lie there for ever")
                .hasSize(FILES);
        deployment.requireAlive("deleter");
    }

    @Test
    void eachValueIsArchivedOnceWheneverADeleterIsKilled() throws Exception {
        Path archive = Files.createDirectory(dir.resolve("archive"));
        Files.createFile(archive.resolve(".marker"));
        deployment.configureStore(
                "main", "archive: {kind: parquet, path: " + archive + ", marker: .marker, readers: 2}");
        deployment.configureDeleters("storage: {files-per-call: 40}\n  limits: {files-per-second: 20}");
        startServices();
        writeCheckpoints();
        setPolicy(Policy.newBuilder().setRetention(SECOND).setDisposition(Disposition.ARCHIVE));

        deployment.await(
                "an archive is being written",
                () -> files(archive).stream().anyMatch(file -> file.toString().endsWith(".tmp")));
        deployment.kill("deleter");
        assertThat(files(root)).isNotEmpty();
        deployment.start("deleter", "deleter");
        for (int left : List.of(HOSTS * CHECKPOINTS * 4 / 5, HOSTS * CHECKPOINTS / 2)) {
            deployment.await("there is an archive", () -> files(root).size() <= left);
            deployment.kill("deleter");
            deployment.start("deleter", "deleter");
        }
        deployment.await("all checkpoints are archived", () -> files(root).isEmpty());

        Set<ArchivedMetrics.Row> rows = new HashSet<>();
        List<Path> archives = files(archive).stream()
                .filter(file -> !file.endsWith(".marker"))
                .toList();
        assertThat(archives).singleElement().asString().endsWith(".parquet");
        ArchivedMetrics.read(
                archives.getFirst(),
                row -> assertThat(rows.add(row)).as(row.toString()).isTrue());
        assertThat(rows).hasSize(HOSTS * CHECKPOINTS * VALUES);
        deployment.requireAlive("deleter");
    }

    private void startServices() {
        for (String service : List.of("streams", "coordinator", "deleter")) {
            deployment.start(service, service);
        }
        deployment.awaitReady("streams", "coordinator", "deleter");
    }

    private void setPolicy(Policy.Builder policy) throws Exception {
        client.operator().setPolicy("", policy.build());
    }

    /** Creates files that were live and are garbage now. */
    private void trashFiles() throws Exception {
        ManifestEdit.Builder add = ManifestEdit.newBuilder().setBaseVersion(0).setVersion(1);
        ManifestEdit.Builder remove =
                ManifestEdit.newBuilder().setBaseVersion(1).setVersion(2);
        for (int i = 0; i < FILES; i++) {
            Files.writeString(root.resolve(i + ".sst"), i + ".sst");
            add.addAdded(FileRef.newBuilder().setPath(i + ".sst"));
            remove.addRemoved(i + ".sst");
        }
        try (RegionWriter writer =
                client.publisher().openRegion(REGION, 1, RegionSettings.of("main", REGION.value()), 0)) {
            writer.edit(add.build());
            writer.edit(remove.build());
        }
    }

    private void writeCheckpoints() throws Exception {
        RegionSettings settings = RegionSettings.retentionOnly("main", REGION.value());
        client.publisher().openRegion(REGION, 1, settings, 0).close();
        Instant day = Instant.parse("2026-01-01T00:00:00Z");
        for (int host = 0; host < HOSTS; host++) {
            Files.createDirectories(root.resolve("host-" + host));
            for (int i = 0; i < CHECKPOINTS; i++) {
                Instant from = day.plusSeconds(7200L * i);
                String data = IntStream.range(0, VALUES)
                        .mapToObj(value -> value + ".25")
                        .collect(Collectors.joining(","));
                String path = "host-" + host + "/" + i + ".json";
                Path file = Files.writeString(
                        root.resolve(path),
                        "{\"from\": \"%s\", \"metrics\": {\"cpu\": {\"frequency\": 1000, \"start\": \"%s\", \"data\": [%s]}}}"
                                .formatted(from, from, data));
                client.publisher()
                        .fileWritten(
                                REGION,
                                FileRef.newBuilder()
                                        .setPath(path)
                                        .setModifiedAt(Times.toProto(
                                                Files.getLastModifiedTime(file).toInstant()))
                                        .build());
            }
        }
    }

    private JavaProcess restore() {
        return JavaProcess.sexton(
                dir.resolve("restore.log"),
                Surroundings.PLAIN,
                "trash",
                "restore",
                "--config",
                deployment.configurationOf("deleter").toString(),
                "--wait",
                "80",
                REGION.value());
    }

    private List<Path> trash() {
        return files(store.resolve(".trash"));
    }

    private void requireEachOnce() {
        List<Path> all = new ArrayList<>(files(root));
        all.addAll(trash());
        assertThat(names(all))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, FILES).mapToObj(i -> i + ".sst").toList());
        assertThat(all).allSatisfy(file -> assertThat(file).hasContent(String.valueOf(file.getFileName())));
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> String.valueOf(file.getFileName())).toList();
    }

    private Set<String> reported() {
        return events().flatMap(event -> event.getDeletionReport().getOutcomesList().stream())
                .map(outcome -> outcome.getPath())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> announced() {
        return events().filter(RegionEvent::hasFileWritten)
                .map(event -> event.getFileWritten().getFile().getPath())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<RegionEvent> events() {
        return TopicContents.of(broker.bootstrapServers(), Topics.EVENTS).stream()
                .map(KilledStorageWorkIT::event);
    }

    private static RegionEvent event(ConsumerRecord<byte[], byte[]> entry) {
        try {
            return RegionEvent.parseFrom(entry.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) {
        try {
            return List.copyOf(FileTree.files(directory).keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
