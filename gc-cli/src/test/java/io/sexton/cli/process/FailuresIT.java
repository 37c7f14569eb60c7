package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import io.sexton.cli.TopicContents;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.service.ExitCode;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Failures around Sexton: each is reported (I5), and the service works again after each. */
final class FailuresIT {
    private static final int FULL_STORE_KIB = 256;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path dir;

    @SuppressWarnings("NullAway.Init") // JUnit calls start first
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static CoordinatorProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private static Deployment deployment;

    @SuppressWarnings("NullAway.Init")
    private static KafkaProducer<byte[], byte[]> producer;

    private static int regions;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.startTemporary();
        deployment = new Deployment(
                dir,
                broker.bootstrapServers(),
                Map.of(
                        "main", Files.createDirectories(dir.resolve("store")),
                        "absent", dir.resolve("no-such-volume"),
                        "full", Files.createDirectories(dir.resolve("full"))));
        deployment.makeTopics(1);
        proxy = new CoordinatorProxy("127.0.0.1", broker.bootstrapServers());
        deployment.route("deleter", proxy.bootstrapServers());
        for (String service : List.of("streams", "coordinator", "deleter")) {
            deployment.start(service, service);
        }
        deployment.awaitReady("streams", "coordinator", "deleter");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var second = com.google.protobuf.Duration.newBuilder().setSeconds(1);
        send(
                Topics.EVENTS,
                "",
                RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder().setObsoleteLinger(second)))
                        .build()
                        .toByteArray());
    }

    @AfterAll
    static void stop() {
        producer.close(Duration.ZERO);
        deployment.close();
        proxy.close();
        broker.close();
    }

    @AfterEach
    void theRestStillWorks() throws IOException {
        String region = openRegion("main");
        Path garbage = file("store", region, "1.sst");
        makeObsolete(region, "1.sst");
        deployment.await("a healthy region's garbage is deleted", () -> Files.notExists(garbage));
        for (String service : List.of("streams", "coordinator", "deleter")) {
            deployment.requireAlive(service);
        }
    }

    @Test
    void unreadableBytesBecomeDeadLettersUnchanged() {
        byte[] garbage = {(byte) 0xff, 1, 2, 3};

        long offset = send(Topics.EVENTS, "r1", garbage);

        assertThat(deadLetterOf(offset).value()).isEqualTo(garbage);
    }

    @Test
    void anEventUnderAnotherRegionsKeyIsADeadLetterThatNamesTheField() {
        byte[] event = event("r1").setRegionOpened(opened("main", "r1")).build().toByteArray();

        long offset = send(Topics.EVENTS, "r2", event);

        ConsumerRecord<byte[], byte[]> letter = deadLetterOf(offset);
        assertThat(letter.key()).isEqualTo("r2".getBytes(StandardCharsets.UTF_8));
        assertThat(reasonOf(letter)).contains("region").contains("r1");
    }

    @Test
    void aHostilePathIsADeadLetterAndNothingOutsideIsTouched() throws IOException {
        Path outside = Files.writeString(dir.resolve("outside"), "not ours");
        String region = openRegion("main");

        long offset = send(region, event(region).setManifestEdit(edit(0, 1, List.of(), List.of("../../outside"))));

        assertThat(reasonOf(deadLetterOf(offset))).contains("removed").contains("..");
        assertThat(outside).exists();
    }

    @Test
    void aCommandThatWouldLeaveTheRegionsRootIsRefusedOrADeadLetter() throws IOException {
        Path outside = Files.writeString(dir.resolve("outside-by-command"), "not ours");
        String region = openRegion("main");
        Files.createSymbolicLink(
                Files.createDirectories(dir.resolve("store/" + region)).resolve("link"), dir);

        command(region, "main", region, "link/outside-by-command");
        assertThat(outcomeOf(region, "link/outside-by-command")).isEqualTo(Outcome.REFUSED);
        command(region, "main", "../..", "outside-by-command");
        command(region, "main", region, "../../outside-by-command");

        String other = openRegion("main");
        command(other, "main", other, "settles");
        assertThat(outcomeOf(other, "settles")).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(outside).exists();
    }

    @Test
    void filesOfAnUnknownStoreStayAndAreCondemnedAgain() {
        String region = openRegion("nowhere");

        makeObsolete(region, "1.sst");

        assertThat(outcomeOf(region, "1.sst")).isEqualTo(Outcome.FAILED_RETRYABLE);
        assertThat(detailOf(region, "1.sst")).contains("nowhere");
        assertThat(deployment.output("deleter")).contains("nowhere");
    }

    @Test
    void aStoreThatIsNotThereIsNeverReadAsAnEmptyOne() {
        String region = openRegion("absent");

        makeObsolete(region, "1.sst");

        assertThat(outcomeOf(region, "1.sst")).isEqualTo(Outcome.FAILED_RETRYABLE);
        assertThat(detailOf(region, "1.sst")).contains("no-such-volume");
    }

    @Test
    void aScanOfARegionThatWasNeverOpenedIsAnErrorAndPublishesNothing() {
        String config = deployment.configurationOf("deleter").toString();

        Sexton.Run run = Sexton.run("scan", "--config", config, "--store", "main", "misspelt");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).contains("misspelt").contains("RegionOpened");
        assertThat(inventoryOf("misspelt")).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aScanByTheLauncherInTheCLocaleNamesFilesExactlyAndReportsWhatItCannotName() throws Exception {
        String region = openRegion("main");
        file("store", region, "\u00fc.sst");
        file("store", region, "new\nline.sst");
        Process bash = new ProcessBuilder("bash", "-c", "echo data >$'bad\\xffutf8.sst'")
                .directory(dir.resolve("store").resolve(region).toFile())
                .inheritIO()
                .start();
        assertThat(bash.waitFor()).isZero();

        Installation.Run run = Installation.in(dir.resolve("installation"))
                .run(
                        Map.of("LC_ALL", "C"),
                        "scan",
                        "--config",
                        deployment.configurationOf("deleter").toString(),
                        "--store",
                        "main",
                        region);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out())
                .contains(region + ": 1 files, 4 bytes")
                .contains("2 names")
                .contains("bad%FFutf8.sst")
                .contains("new%0Aline.sst");
        assertThat(inventoryOf(region).getLast().getLast()).isTrue();
        assertThat(inventoryOf(region))
                .flatExtracting(Inventory::getFilesList)
                .extracting(FileRef::getPath)
                .containsExactly("\u00fc.sst");
    }

    private static List<Inventory> inventoryOf(String region) {
        return records(Topics.EVENTS).stream()
                .filter(record ->
                        Arrays.equals(record.key(), RegionId.of(region).toKey()))
                .map(record -> parsed(() -> RegionEvent.parseFrom(record.value())))
                .filter(RegionEvent::hasInventory)
                .map(RegionEvent::getInventory)
                .toList();
    }

    @Test
    void aLeaderOfAnEpochThatIsOverReceivesARejection() {
        String region = openRegion("main");
        send(region, event(region).setEpoch(7).setRegionOpened(opened("main", region)));

        long offset = send(region, event(region).setEpoch(6).setManifestEdit(edit(0, 1, List.of("1.sst"), List.of())));

        deployment.await("the notice", () -> rejectionOf(offset).isPresent());
        assertThat(rejectionOf(offset).orElseThrow().getEventRejected().getDetail())
                .contains("epoch");
    }

    /** Verifies the check whose purpose {@link CutOffDeleterIT} shows, for minutes. */
    @Test
    @Tag("long")
    void aDeleterThatItsGroupCoordinatorDoesNotAnswerStartsNoDeletionAndReportsIt() throws IOException {
        String region = openRegion("main");
        Path garbage = file("store", region, "1.sst");
        proxy.cut();

        makeObsolete(region, "1.sst");

        deployment.await("the deleter is not ready", () -> !deployment.isReady("deleter"));
        deployment.await(
                "it reports the outage",
                () -> deployment
                        .output("deleter")
                        .contains(
                                "cannot reach group coordinator of 'sexton-deleter': no deletion starts until it answers"));
        assertThat(proxy.blocked()).isPositive();
        assertThat(garbage).exists();
        proxy.restore();

        deployment.await("the garbage is deleted", () -> Files.notExists(garbage));
        deployment.awaitReady("deleter");
        assertThat(deployment.output("deleter")).contains("group coordinator of 'sexton-deleter' answers again after");
    }

    @Test
    void aStoreWhoseDiskIsFullIsStillCleaned() throws Exception {
        Path full = dir.resolve("full");
        Process mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=" + FULL_STORE_KIB + "k", "tmpfs", full.toString())
                .redirectErrorStream(true)
                .start();
        boolean mounted = mount.waitFor() == 0;
        if (!mounted) {
            System.out.println("skipped: a full disk needs the right to mount one");
        }
        assumeTrue(mounted, "a full disk needs the right to mount one");
        try {
            String region = openRegion("full");
            Path garbage = file("full", region, "1.sst");
            fill(full.resolve(region).resolve("2.sst"));

            makeObsolete(region, "1.sst");

            deployment.await("the garbage is deleted", () -> Files.notExists(garbage));
            assertThat(full.resolve(region).resolve("2.sst")).exists();
            assertThat(outcomeOf(region, "1.sst")).isEqualTo(Outcome.DELETED);
        } finally {
            assertThat(new ProcessBuilder("umount", "-l", full.toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private static void fill(Path file) {
        byte[] block = new byte[4096];
        Arrays.fill(block, (byte) 1);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i <= FULL_STORE_KIB / 4; i++) {
                out.write(block);
            }
            throw new AssertionError("the disk is not full");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static Path file(String store, String region, String path) throws IOException {
        Path file = dir.resolve(store).resolve(region).resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "data");
    }

    /** Opens a new region with its name as root. */
    private static String openRegion(String store) {
        String region = "region-" + ++regions;
        send(region, event(region).setRegionOpened(opened(store, region)));
        return region;
    }

    private static void makeObsolete(String region, String path) {
        send(region, event(region).setManifestEdit(edit(0, 1, List.of(path), List.of())));
        send(region, event(region).setManifestEdit(edit(1, 2, List.of(), List.of(path))));
    }

    private static RegionEvent.Builder event(String region) {
        return RegionEvent.newBuilder().setRegion(region).setProducer("test");
    }

    private static RegionOpened.Builder opened(String store, String root) {
        return RegionOpened.newBuilder().setStore(store).setRoot(root);
    }

    private static ManifestEdit edit(long base, long version, List<String> added, List<String> removed) {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAllRemoved(removed);
        added.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path)));
        return edit.build();
    }

    private static void command(String region, String store, String root, String path) {
        DeleteCommand delete = DeleteCommand.newBuilder()
                .setRegion(region)
                .setCommandId("0-0-0")
                .setStore(store)
                .setRoot(root)
                .setDisposition(Disposition.DELETE)
                .addFiles(CondemnedFile.newBuilder()
                        .setFile(FileRef.newBuilder().setPath(path))
                        .setReason(Reason.REGION_GONE)
                        .setAttempt(1))
                .build();
        send(
                Topics.DELETE_COMMANDS,
                region,
                GcCommand.newBuilder().setDelete(delete).build().toByteArray());
    }

    private static long send(String region, RegionEvent.Builder event) {
        return send(Topics.EVENTS, region, event.build().toByteArray());
    }

    private static long send(String topic, String key, byte[] value) {
        try {
            return producer.send(new ProducerRecord<>(
                            topic,
                            RegionId.problemWith(key).isPresent()
                                    ? new byte[0]
                                    : RegionId.of(key).toKey(),
                            value))
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return TopicContents.of(broker.bootstrapServers(), topic);
    }

    private static ConsumerRecord<byte[], byte[]> deadLetterOf(long offset) {
        deployment.await("the dead letter", () -> findDeadLetterOf(offset).isPresent());
        return findDeadLetterOf(offset).orElseThrow();
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> findDeadLetterOf(long offset) {
        return records(Topics.DEAD_LETTERS).stream()
                .filter(letter -> header(letter, DeadLetters.OFFSET).equals(Long.toString(offset)))
                .findFirst();
    }

    private static String reasonOf(ConsumerRecord<byte[], byte[]> letter) {
        return header(letter, DeadLetters.REASON);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(
                Objects.requireNonNull(letter.headers().lastHeader(name), name).value(), StandardCharsets.UTF_8);
    }

    private static Optional<Notice> rejectionOf(long offset) {
        return records(Topics.NOTICES).stream()
                .map(record -> parsed(() -> Notice.parseFrom(record.value())))
                .filter(notice -> notice.getEventRejected().getOffset() == offset && notice.hasEventRejected())
                .findFirst();
    }

    private static Outcome outcomeOf(String region, String path) {
        deployment.await(
                "a report on " + path + " of " + region,
                () -> reported(region, path).isPresent());
        return reported(region, path).orElseThrow().getOutcome();
    }

    private static String detailOf(String region, String path) {
        return reported(region, path).orElseThrow().getDetail();
    }

    private static Optional<FileOutcome> reported(String region, String path) {
        return records(Topics.EVENTS).stream()
                .filter(record ->
                        Arrays.equals(record.key(), RegionId.of(region).toKey()))
                .map(record -> parsed(() -> RegionEvent.parseFrom(record.value())))
                .flatMap(event -> event.getDeletionReport().getOutcomesList().stream())
                .filter(outcome -> outcome.getPath().equals(path))
                .findFirst();
    }

    private interface Parse<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    private static <T> T parsed(Parse<T> parse) {
        try {
            return parse.parse();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
