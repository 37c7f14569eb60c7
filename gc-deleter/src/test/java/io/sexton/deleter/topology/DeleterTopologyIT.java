package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.LimitedStore;
import io.sexton.deleter.storage.Limits;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import io.sexton.v1.RevokeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleters on a real broker and a real file system. */
final class DeleterTopologyIT {

    private static final DeleterSettings SETTINGS = new DeleterSettings(
            4,
            10,
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            100,
            1 << 20);

    @TempDir
    private Path dir;

    private final CountDownLatch locksOpen = new CountDownLatch(1);
    private TestLog log;
    private FreeLocks locks;

    @BeforeEach
    void start() {
        log = new TestLog();
        locks = new FreeLocks(locksOpen);
    }

    @AfterEach
    void stop() {
        locks.close();
        log.close();
    }

    private DeleterTopology deleter(String name) {
        return deleter(name, localStore());
    }

    private DeleterTopology deleter(String name, FileStore store) {
        return deleter(name, store, new SimpleMeterRegistry());
    }

    private DeleterTopology deleter(String name, FileStore store, MeterRegistry metrics) {
        return deleter(name, Map.of("main", store), metrics);
    }

    private DeleterTopology deleter(String name, Map<String, FileStore> stores, MeterRegistry metrics) {
        return new DeleterTopology(
                new DeleterTopology.Log(name, "deleters", log.client()),
                SETTINGS,
                stores,
                locks,
                (wanted, root) -> {},
                metrics);
    }

    private FileStore localStore() {
        return new FileStore(local(), RootShape.parse("{region}"));
    }

    private ObjectStore local() {
        return new LocalObjectStore(new LocalStoreSettings(dir, null));
    }

    private Path file(String region, String path) {
        try {
            Path file = dir.resolve(region).resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, "garbage");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CondemnedFile condemned(String path) {
        return CondemnedFile.newBuilder()
                .setFile(FileRef.newBuilder().setPath(path))
                .setReason(Reason.OBSOLETE)
                .setSince(now())
                .build();
    }

    private static Timestamp now() {
        return Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()).build();
    }

    private static DeleteCommand.Builder delete(String id, String region, String... paths) {
        DeleteCommand.Builder command = DeleteCommand.newBuilder()
                .setRegion(region)
                .setCommandId(id)
                .setStore("main")
                .setRoot(region)
                .setDisposition(Disposition.DELETE)
                .setDecidedAt(now());
        for (String path : paths) {
            command.addFiles(condemned(path));
        }
        return command;
    }

    private void publish(DeleteCommand.Builder command) {
        log.command(
                command.getRegion(), GcCommand.newBuilder().setDelete(command).build());
    }

    private List<Outcome> outcomesOf(String id) {
        TestLog.await("report of " + id, () -> report(id).isPresent());
        return report(id).orElseThrow().getOutcomesList().stream()
                .map(FileOutcome::getOutcome)
                .toList();
    }

    private Optional<DeletionReport> report(String id) {
        return log.reports().stream()
                .filter(report -> report.getCommandId().equals(id))
                .findFirst();
    }

    @Test
    void reportsAnOutcomeForEachFileAndGoesOnAfterWhatIsWrong() {
        locksOpen.countDown();
        Path garbage = file("r1", "a/1.sst");
        Path dryRun = file("r1", "2.sst");
        file("r2", "1.sst");
        log.send(Topics.DELETE_COMMANDS, "r1".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3});
        log.send(Topics.DELETE_COMMANDS, null, new byte[] {9});
        publish(delete("1", "r1", "a/1.sst", "absent", "../r2/1.sst", "a"));
        publish(delete("2", "r1", "2.sst").setStore("elsewhere"));
        publish(delete("3", "r1", "2.sst").setRoot("r2"));
        publish(delete("4", "r1", "2.sst").setDisposition(Disposition.TRASH).clearDecidedAt());
        publish(delete("5", "r1", "2.sst").setDisposition(Disposition.DRY_RUN));
        Path trashed = file("r1", "3.sst");
        publish(delete("0-6-0", "r1", "3.sst", "absent")
                .setDisposition(Disposition.TRASH)
                .setDecidedAt(Timestamp.newBuilder().setSeconds(1_700_000_000)));
        publish(delete("7", "r1", "2.sst")
                .setDisposition(Disposition.ARCHIVE)
                .setDecidedAt(Timestamp.newBuilder().setSeconds(1_700_000_000)));

        try (DeleterTopology deleter = deleter("d1")) {
            assertThat(outcomesOf("1"))
                    .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.REFUSED, Outcome.REFUSED);
            assertThat(outcomesOf("2")).containsExactly(Outcome.FAILED_RETRYABLE);
            assertThat(outcomesOf("3")).containsExactly(Outcome.REFUSED);
            assertThat(outcomesOf("4")).containsExactly(Outcome.FAILED_RETRYABLE);
            assertThat(outcomesOf("5")).containsExactly(Outcome.WOULD_DELETE);
            assertThat(outcomesOf("0-6-0")).containsExactly(Outcome.TRASHED, Outcome.ALREADY_ABSENT);
            assertThat(outcomesOf("7")).containsExactly(Outcome.FAILED_RETRYABLE);
            assertThat(report("1").orElseThrow().getLockToken()).isPositive();
            assertThat(trashed).doesNotExist();
            assertThat(dir.resolve(".trash/r-r1/1700000000000-0-6-0/r1/3.sst")).exists();
            assertThat(garbage).doesNotExist();
            assertThat(dryRun).exists();
            assertThat(dir.resolve("r2/1.sst")).exists();
            TestLog.await("dead letters", () -> log.recordsOf(Topics.DEAD_LETTERS) == 2);
            assertThat(deleter.failure()).isNotDone();
        }
    }

    /** Whoever may write commands can still reach no file outside of the root that the command's region has. */
    @Test
    void carriesNoHostileCommandOutOfItsRegion() throws IOException {
        locksOpen.countDown();
        List<Path> kept = new ArrayList<>(List.of(
                file("r1", "keep"),
                file("r1", "dir/keep"),
                file("r2", "keep"),
                file(".trash", "keep"),
                file("R1", "x")));
        Path outside = Files.writeString(dir.resolve("outside"), "kept");
        kept.add(outside);
        Files.createSymbolicLink(dir.resolve("r1/link"), dir.resolve("r2"));
        Files.createSymbolicLink(dir.resolve("link"), dir.resolve("r2"));
        List<String> roots = List.of(
                "r2",
                "../" + dir.getFileName() + "/r1",
                "..",
                "/",
                ".",
                "",
                dir.resolve("r1").toString(),
                "r1/../r2",
                ".trash",
                "r1/dir",
                "r1/",
                "R1",
                "r1 ",
                "./r1",
                "r1/link",
                "link",
                "r1\u0000");
        List<String> paths = List.of(
                "../r2/keep",
                "link/keep",
                "/keep",
                "dir/../keep",
                "./keep",
                "keep/",
                "",
                ".",
                "..",
                "dir",
                "keep\u0000");
        List<String> ids = new ArrayList<>();
        for (String root : roots) {
            ids.add("0-" + ids.size() + "-0");
            publish(delete(ids.getLast(), "r1", "keep").setRoot(root));
        }
        for (String path : paths) {
            ids.add("0-" + ids.size() + "-0");
            publish(delete(ids.getLast(), "r1", path));
        }
        for (String region : List.of(".trash", "..", ".", "../" + dir.getFileName() + "/r1", "link")) {
            ids.add("0-" + ids.size() + "-0");
            publish(delete(ids.getLast(), region, "keep"));
        }
        ids.add("0-" + ids.size() + "-0");
        log.command(
                "r2",
                GcCommand.newBuilder()
                        .setDelete(delete(ids.getLast(), "r1", "keep"))
                        .build());
        ids.add("0-" + ids.size() + "-0");
        publish(delete(ids.getLast(), "r1", "keep").setDispositionValue(99));
        ids.add("0-" + ids.size() + "-0");
        publish(delete(ids.getLast(), "r1", "keep").setDisposition(Disposition.DISPOSITION_UNSPECIFIED));
        Path garbage = file("r2", "garbage");
        publish(delete("0-999-0", "r2", "garbage"));

        try (DeleterTopology deleter = deleter("d1")) {
            assertThat(outcomesOf("0-999-0")).containsExactly(Outcome.DELETED);
            TestLog.await(
                    "each command is reported or a dead letter",
                    () -> ids.stream().filter(id -> report(id).isPresent()).count() + log.recordsOf(Topics.DEAD_LETTERS)
                            >= ids.size());
            assertThat(garbage).doesNotExist();
            assertThat(kept).allSatisfy(file -> assertThat(file).exists());
            assertThat(log.reports())
                    .filteredOn(report -> ids.contains(report.getCommandId()))
                    .flatExtracting(DeletionReport::getOutcomesList)
                    .extracting(FileOutcome::getOutcome)
                    .doesNotContain(Outcome.DELETED, Outcome.TRASHED, Outcome.ARCHIVED, Outcome.ALREADY_ABSENT);
            assertThat(deleter.failure()).isNotDone();
        }
    }

    @Test
    void keepsAFileWhoseRevokeIsLoggedBeforeTheFence() {
        Path file = file("r1", "1.sst");
        Path other = file("r1", "2.sst");
        log.answerFences(false);
        publish(delete("1", "r1", "1.sst", "2.sst"));

        try (DeleterTopology deleter = deleter("d1")) {
            TestLog.await("an assignment", deleter::isReady);
            locksOpen.countDown();
            TestLog.await("the fence in the log", () -> log.recordsOf(Topics.EVENTS) > 0);
            log.command(
                    "r1",
                    GcCommand.newBuilder()
                            .setRevoke(
                                    RevokeCommand.newBuilder().setRegion("r1").addPaths("1.sst"))
                            .build());
            assertThat(other).as("nothing happens before the fence has passed").exists();
            log.answerFences(true);

            assertThat(outcomesOf("1")).containsExactly(Outcome.REVOKED, Outcome.DELETED);
            assertThat(file).exists();
        }
    }

    @Test
    void stopsAfterAFewFilesWhenEverythingIsHeld() {
        locksOpen.countDown();
        List<Path> files = new ArrayList<>();
        String[] names = new String[40];
        for (int i = 0; i < names.length; i++) {
            names[i] = i + ".sst";
            files.add(file("r1", names[i]));
        }
        publish(delete("1", "r1", names));
        Limits slow = new Limits(new Limits.Rates(OptionalDouble.of(1), OptionalDouble.empty()), System::nanoTime);

        try (DeleterTopology deleter =
                deleter("d1", new FileStore(new LimitedStore(local(), List.of(slow)), RootShape.parse("{region}")))) {
            TestLog.await("the first deletion", () -> !files.stream().allMatch(Files::exists));
            long left = files.stream().filter(Files::exists).count();
            log.command(
                    "r1",
                    GcCommand.newBuilder()
                            .setRevoke(
                                    RevokeCommand.newBuilder().setRegion("r1").setPathPrefix(""))
                            .build());
            List<Outcome> outcomes = outcomesOf("1");

            assertThat(files.stream().filter(Files::exists).count())
                    .as("a second's worth went after the hold, or that of some seconds on a machine that stood still")
                    .isGreaterThanOrEqualTo(left - 6);
            assertThat(outcomes).contains(Outcome.REVOKED);
            assertThat(deleter.failure()).isNotDone();
        }
    }

    @Test
    void reportsWhatWasDeletedBeforeACrashAsAbsent() throws InterruptedException {
        locksOpen.countDown();
        Path file = file("r1", "1.sst");
        file("r1", "2.sst");
        CountDownLatch deleted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        publish(delete("1", "r1", "1.sst"));

        DeleterTopology crashed = deleter(
                "d1",
                new FileStore(new StoreThatHangsAfterwards(local(), deleted, never), RootShape.parse("{region}")));
        deleted.await();
        assertThat(file).doesNotExist();
        crashed.close(Duration.ZERO);
        never.countDown();

        try (DeleterTopology next = deleter("d2")) {
            assertThat(outcomesOf("1")).containsExactly(Outcome.ALREADY_ABSENT);
            assertThat(next.failure()).isNotDone();
        }
        assertThat(log.reports()).hasSize(1);
    }

    /** The file is live again by then, without a revoke (I1). */
    @Test
    void doesNotCarryOutAgainWhatWasReportedAheadOfACommandThatHangs() throws InterruptedException {
        locksOpen.countDown();
        file("r1", "1.sst");
        String other = regionInThePartitionOf("r1");
        Path garbage = file(other, "2.sst");
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        FileStore hangs =
                new FileStore(new StoreThatHangsAfterwards(local(), hanging, never), RootShape.parse("{region}"));
        DeleterTopology crashed =
                deleter("d1", Map.of("hangs", hangs, "main", localStore()), new SimpleMeterRegistry());
        publish(delete("1", "r1", "1.sst").setStore("hangs"));
        hanging.await();
        publish(delete("2", other, "2.sst"));
        assertThat(outcomesOf("2")).as("reported beside the call that hangs").containsExactly(Outcome.DELETED);
        assertThat(report("1")).isEmpty();
        file(other, "2.sst");

        crashed.close(Duration.ZERO);
        never.countDown();
        try (DeleterTopology next =
                deleter("d2", Map.of("hangs", localStore(), "main", localStore()), new SimpleMeterRegistry())) {
            assertThat(outcomesOf("1")).containsExactly(Outcome.ALREADY_ABSENT);
            publish(delete("3", other, "3.sst"));
            assertThat(outcomesOf("3")).containsExactly(Outcome.ALREADY_ABSENT);
            assertThat(next.failure()).isNotDone();
        }

        assertThat(garbage).exists();
        assertThat(log.reports()).extracting(DeletionReport::getCommandId).containsExactly("2", "1", "3");
    }

    private static String regionInThePartitionOf(String region) {
        return IntStream.range(2, 100)
                .mapToObj(i -> "r" + i)
                .filter(other -> partitionOf(other) == partitionOf(region))
                .findFirst()
                .orElseThrow();
    }

    private static int partitionOf(String region) {
        return Utils.toPositive(Utils.murmur2(RegionId.of(region).toKey())) % TestLog.PARTITIONS;
    }

    @Test
    void joinsTheCommandsOfEachRegionUnderOneLockAndAsksForTheLocksOfManyAtOnce() {
        int regions = 60;
        int commandsOfARegion = 5;
        List<Path> files = new ArrayList<>();
        for (int command = 0; command < commandsOfARegion; command++) {
            for (int region = 0; region < regions; region++) {
                files.add(file("r" + region, command + "/a"));
                files.add(file("r" + region, command + "/b"));
                publish(delete("c" + region + "-" + command, "r" + region, command + "/a", command + "/b"));
            }
        }
        // Behind all of them in each partition, so that they have been read once its lock is requested.
        for (int partition = 0; partition < TestLog.PARTITIONS; partition++) {
            publish(delete("last-" + partition, lastRegion(partition), "absent"));
        }
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();

        try (DeleterTopology deleter = deleter("d1", localStore(), metrics)) {
            TestLog.await(
                    "requests for all locks, none of which is granted",
                    () -> locks.requests() == regions + TestLog.PARTITIONS);
            locksOpen.countDown();
            int commands = regions * commandsOfARegion + TestLog.PARTITIONS;
            TestLog.await("all reports", () -> log.reports().size() == commands);

            assertThat(files).noneMatch(Files::exists);
            assertThat(log.fences()).hasSize(regions + TestLog.PARTITIONS);
            assertThat(metrics.get("sexton.deleter.calls").timer().count())
                    .as("one call a region, with the files of all of its commands")
                    .isEqualTo(regions + TestLog.PARTITIONS);
            assertThat(deleter.failure()).isNotDone();
        }
    }

    /** A region of that partition, by Kafka's default partitioner. */
    private static String lastRegion(int partition) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "last" + i)
                .filter(region ->
                        Utils.toPositive(Utils.murmur2(region.getBytes(StandardCharsets.UTF_8))) % TestLog.PARTITIONS
                                == partition)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Tag("long")
    void sharesTheWorkAndReportsEachCommandOnceWhileDeletersAndTheBrokerComeAndGo() {
        locksOpen.countDown();
        Set<Path> files = new HashSet<>();
        int commands = 200;
        DeleterTopology first = deleter("d1");
        DeleterTopology second = deleter("d2");
        for (int i = 0; i < commands; i++) {
            String region = "r" + i % 10;
            files.add(file(region, i + "/a"));
            files.add(file(region, i + "/b"));
            publish(delete("c" + i, region, i + "/a", i + "/b"));
            if (i == 70) {
                first.close();
            }
            if (i == 100) {
                log.restartBroker();
            }
            if (i == 120) {
                first = deleter("d3");
            }
        }
        TestLog.await("all reports", () -> ids().size() == commands);
        assertThat(log.reports()).as("once each").hasSize(commands);
        // A fence that got lost with the broker ends in a report that may be tried again; gc-streams would.
        List<DeletionReport> failed = log.reports().stream()
                .filter(report -> report.getOutcomesList().stream()
                        .anyMatch(outcome -> outcome.getOutcome() == Outcome.FAILED_RETRYABLE))
                .toList();
        failed.forEach(report -> publish(delete(
                report.getCommandId() + "-again",
                "r" + Integer.parseInt(report.getCommandId().substring(1)) % 10,
                report.getOutcomesList().stream().map(FileOutcome::getPath).toArray(String[]::new))));
        TestLog.await("reports of the repeated commands", () -> ids().size() == commands + failed.size());
        first.close();
        second.close();

        assertThat(files).noneMatch(Files::exists);
    }

    private Set<String> ids() {
        Set<String> ids = new HashSet<>();
        log.reports().forEach(report -> ids.add(report.getCommandId()));
        return ids;
    }

    /** Deletes, and is then struck: the results never come back. */
    private static final class StoreThatHangsAfterwards extends ForwardingObjectStore {
        private final CountDownLatch deleted;
        private final CountDownLatch until;

        StoreThatHangsAfterwards(ObjectStore store, CountDownLatch deleted, CountDownLatch until) {
            super(store);
            this.deleted = deleted;
            this.until = until;
        }

        @Override
        public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
            List<FileResult> results = super.deleteMany(objects, guard);
            deleted.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return results;
        }
    }
}
