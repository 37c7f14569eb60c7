package io.sexton.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.archive.Checkpoints;
import io.sexton.deleter.archive.SlowStore;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.CrashingStore;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives, which DuckDB reads back with a Parquet reader of its own. */
final class ParquetArchiverTest {

    private static final String MARKER = ".marker";

    @TempDir
    private Path dir;

    private final Checkpoints checkpoints = new Checkpoints();

    @BeforeEach
    void mark() throws IOException {
        Files.createFile(dir.resolve(MARKER));
    }

    private ParquetArchiver archiver() {
        return new ParquetArchiver(settings(dir, 3));
    }

    private static ArchiverProvider.Settings settings(Path directory, int readers) {
        return new ArchiverProvider.Settings(directory, Duration.ofDays(1), readers, MARKER);
    }

    private Path archive() {
        return dir.resolve("r-c1/2026-01-01T00-00-00Z.parquet");
    }

    private static List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    line.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                lines.add(line.toString());
            }
            return lines;
        }
    }

    private void putHosts(int hosts) {
        for (int i = 0; i < hosts; i++) {
            String host = "host-%03d".formatted(i);
            checkpoints.put(host + "/a.json", Checkpoints.checkpoint(Checkpoints.DAY.plusSeconds(3600), i));
            checkpoints.put(host + "/b.json", Checkpoints.checkpoint(Checkpoints.DAY.plusSeconds(60), i + 100));
        }
    }

    @Test
    void makesOneSortedFileOfAPeriodWithARowGroupForEachHost() throws Exception {
        putHosts(7);

        assertThat(checkpoints.archive(archiver()))
                .hasSize(14)
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.ARCHIVED);

        assertThat(checkpoints.paths()).isEmpty();
        assertThat(query("select cluster, host, metric, scope, count(*), min(value), max(value) from '" + archive()
                        + "' where host = 'host-003' group by all order by metric"))
                .containsExactly("c1|host-003|cpu||20|3.0|112.0", "c1|host-003|io|disk-0|20|3.0|112.0");
        assertThat(query("select count(*) from '" + archive() + "'")).containsExactly("280");
        assertThat(query("select timestamp, value from '" + archive() + "' limit 2"))
                .containsExactly("2026-01-01T00:01Z|100.0", "2026-01-01T00:01:01Z|101.0");
        assertThat(query("select distinct row_group_id, row_group_num_rows from parquet_metadata('" + archive()
                        + "') order by 1"))
                .containsExactly("0|40", "1|40", "2|40", "3|40", "4|40", "5|40", "6|40");
        assertThat(query("select distinct compression from parquet_metadata('" + archive() + "')"))
                .containsExactly("ZSTD");
        assertThat(query("select bool_and(ordered) from (select (host, metric, scope, timestamp) >= lag((host, metric,"
                        + " scope, timestamp), 1, (host, metric, scope, timestamp)) over () as ordered from '"
                        + archive() + "')"))
                .containsExactly("true");
    }

    @Test
    void isReadBackAsOtherReadersReadIt() throws Exception {
        putHosts(3);
        checkpoints.archive(archiver());

        List<String> rows = new ArrayList<>();
        ArchivedMetrics.read(
                archive(),
                row -> rows.add(String.join(
                        "|",
                        row.cluster(),
                        row.host(),
                        row.metric(),
                        row.scope(),
                        Long.toString(row.timestamp().toEpochMilli()),
                        Double.toString(row.value()))));

        assertThat(rows)
                .hasSize(120)
                .isEqualTo(query(
                        "select cluster, host, metric, scope, epoch_ms(timestamp), value from '" + archive() + "'"));
    }

    @Test
    void isNotReadBackWhereItIsDamaged() throws Exception {
        putHosts(1);
        checkpoints.archive(archiver());
        byte[] bytes = Files.readAllBytes(archive());
        Arrays.fill(bytes, 4, bytes.length / 3, (byte) 0);
        Files.write(archive(), bytes);

        assertThatThrownBy(() -> ArchivedMetrics.read(archive(), row -> {})).isInstanceOf(IOException.class);
    }

    @Test
    void addsToTheFileOfThePeriodAndBeginsAnotherForTheNext() throws Exception {
        putHosts(2);
        checkpoints.archive(archiver());
        putHosts(1);
        checkpoints.put("host-009/a.json", Checkpoints.checkpoint(Checkpoints.DAY.plus(Duration.ofDays(1)), 1));

        assertThat(checkpoints.archive(archiver()))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.ARCHIVED);

        assertThat(query("select count(*) from '" + dir + "/r-c1/2026-01-02T00-00-00Z.parquet'"))
                .containsExactly("20");
        assertThat(query("select host, count(*) from '" + archive() + "' group by all order by 1"))
                .as("the very same files, delivered again, are not archived again")
                .containsExactly("host-000|40", "host-001|40");
    }

    @Test
    void leavesABrokenFileAndArchivesTheOthers() throws Exception {
        putHosts(2);
        checkpoints.put("host-000/broken.json", "{\"from\": 0, \"metrics\": {\"cpu\": {\"frequency\": 1,");
        checkpoints.put(
                "host-001/no-number.json",
                "{\"from\": 0, \"metrics\": {\"cpu\": {\"frequency\": 1, \"start\": 0," + " \"data\": [1, \"x\"]}}}");
        checkpoints.put("stray.json", Checkpoints.checkpoint(Checkpoints.DAY, 1));

        List<FileResult> results = checkpoints.archive(archiver());

        assertThat(results)
                .filteredOn(result -> result.outcome() == Outcome.ARCHIVED)
                .hasSize(4);
        assertThat(results)
                .filteredOn(result -> result.outcome() == Outcome.FAILED)
                .extracting(FileResult::detail)
                .hasSize(3)
                .noneMatch(String::isEmpty);
        assertThat(checkpoints.paths())
                .containsExactly("host-000/broken.json", "host-001/no-number.json", "stray.json");
        assertThat(query("select count(*) from '" + archive() + "'")).containsExactly("80");
    }

    @Test
    void readsNoMoreOfAHostAtOnceThanFitsIntoMemory() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            checkpoints.put("host-000/" + name + ".json", padded(12 << 20));
        }
        checkpoints.put("host-000/large.json", padded((32 << 20) + 1));
        checkpoints.put("host-001/a.json", padded(12 << 20));

        assertThat(checkpoints.archive(archiver()))
                .extracting(FileResult::outcome)
                .containsExactlyInAnyOrder(
                        Outcome.ARCHIVED, Outcome.ARCHIVED, Outcome.FAILED_RETRYABLE, Outcome.FAILED, Outcome.ARCHIVED);
        checkpoints.archive(archiver());

        assertThat(checkpoints.paths()).containsExactly("host-000/large.json");
    }

    /** Returns a checkpoint with that number of bytes. */
    private static String padded(int bytes) {
        String checkpoint = Checkpoints.checkpoint(Checkpoints.DAY, 1);
        return checkpoint + " ".repeat(bytes - checkpoint.length());
    }

    @Test
    void keepsFilesWhoseArchiveCannotBeWritten() throws Exception {
        putHosts(2);
        Files.createDirectories(archive().getParent());
        Files.writeString(archive(), "not Parquet");
        checkpoints.put("host-009/a.json", Checkpoints.checkpoint(Checkpoints.DAY.plus(Duration.ofDays(1)), 1));

        List<FileResult> results = checkpoints.archive(archiver());

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(
                        Outcome.FAILED_RETRYABLE,
                        Outcome.FAILED_RETRYABLE,
                        Outcome.FAILED_RETRYABLE,
                        Outcome.FAILED_RETRYABLE,
                        Outcome.ARCHIVED);
        assertThat(checkpoints.paths()).hasSize(4);
        assertThat(archive()).hasContent("not Parquet");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void keepsEverythingWhereTheArchiveIsNoDirectory() throws Exception {
        putHosts(1);
        Path file = Files.writeString(dir.resolve("file"), "");

        assertKept(new ParquetArchiver(settings(file, 1)), "file");
    }

    private void assertKept(ParquetArchiver archiver, String why) {
        int before = checkpoints.paths().size();
        assertThat(checkpoints.archive(archiver)).isNotEmpty().allSatisfy(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
            assertThat(result.detail()).contains(why);
        });
        assertThat(checkpoints.paths()).hasSize(before);
    }

    @Test
    void doesNotTakeAMissingOrEmptyDirectoryForAnArchiveThatBegins() throws Exception {
        putHosts(1);
        Path missing = dir.resolve("missing");
        Path empty = Files.createDirectory(dir.resolve("empty"));

        assertKept(new ParquetArchiver(settings(missing, 1)), "is not there; is its volume mounted?");
        assertKept(new ParquetArchiver(settings(empty, 1)), "lacks its marker");
        assertKept(
                new ParquetArchiver(new ArchiverProvider.Settings(empty, Duration.ofDays(1), 1)),
                "is empty; is its volume mounted?");

        assertThat(missing).doesNotExist();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void doesNotCountAnArchiveThatCannotBeReadAsMissing() throws Exception {
        putHosts(1);
        Files.createDirectories(archive().getParent());
        // A link to itself, as an example of an error other than "no such file".
        Files.createSymbolicLink(archive(), archive());

        assertKept(archiver(), "cannot be read");

        assertThat(Files.isSymbolicLink(archive())).isTrue();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void leavesTheArchiveUnchangedOnceTheGuardRefuses() throws Exception {
        putHosts(1);
        checkpoints.archive(archiver());
        byte[] before = Files.readAllBytes(archive());
        checkpoints.put("host-009/a.json", Checkpoints.checkpoint(Checkpoints.DAY, 7));
        for (int leaves = 0; ; leaves++) {
            AtomicInteger left = new AtomicInteger(leaves);
            CallGuard guard =
                    length -> left.getAndDecrement() > 0 ? Optional.empty() : Optional.of("the region's lock is lost");
            List<FileResult> results = Checkpoints.archive(
                    checkpoints.objects, archiver(), checkpoints.paths(), Checkpoints.COMMAND, guard);
            if (!Arrays.equals(before, Files.readAllBytes(archive()))) {
                assertThat(leaves)
                        .as("the stat, the file, the opening, the rename")
                        .isGreaterThanOrEqualTo(4);
                return;
            }
            assertThat(results).extracting(FileResult::outcome).containsExactly(Outcome.FAILED_RETRYABLE);
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void archivesInEveryCallWhatHalfOfItsTimeIsEnoughToRead() throws Exception {
        putHosts(7);
        SlowStore slow = new SlowStore(checkpoints.objects, Duration.ofSeconds(1));
        ParquetArchiver archiver = new ParquetArchiver(settings(dir, 1), slow::nanoTime);
        int calls = 0;
        for (int left = 14; left > 0; left = checkpoints.paths().size()) {
            calls++;
            assertThat(Checkpoints.archive(slow, archiver, checkpoints.paths(), Checkpoints.COMMAND, slow.call()))
                    .extracting(FileResult::outcome)
                    .contains(Outcome.ARCHIVED);
            assertThat(checkpoints.paths()).hasSizeLessThan(left);
        }

        assertThat(calls).isGreaterThan(1);
        assertThat(query("select count(*), count(distinct (host, metric, timestamp, value)) from '" + archive() + "'"))
                .containsExactly("280|280");
    }

    @Test
    void failsOnlyTheFileWhoseTimesAreBeyondAllPeriods() throws Exception {
        putHosts(1);
        String beyond = "+1000000000-01-01T00:00:00Z";
        checkpoints.put("host-000/from.json", "{\"from\": \"" + beyond + "\"}");
        checkpoints.put(
                "host-000/start.json",
                "{\"from\": 0, \"metrics\": {\"a\": {\"frequency\": 1, \"start\": \"" + beyond
                        + "\", \"data\": [1]}}}");

        assertThat(checkpoints.archive(archiver()))
                .extracting(FileResult::outcome)
                .containsExactlyInAnyOrder(Outcome.ARCHIVED, Outcome.ARCHIVED, Outcome.FAILED, Outcome.FAILED);
        assertThat(checkpoints.paths()).containsExactly("host-000/from.json", "host-000/start.json");
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("r-c1"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    @Test
    void losesNothingAndArchivesNothingTwiceWhereverItCrashes() throws Exception {
        int step = 0;
        for (boolean crashed = true; crashed; step++) {
            Path ofStep = Files.createDirectory(dir.resolve("step-" + step));
            Files.createFile(ofStep.resolve(MARKER));
            ParquetArchiver archiver = new ParquetArchiver(settings(ofStep, 1));
            putHosts(2);
            List<String> paths = checkpoints.paths();
            crashed = crashes(new CrashingStore(checkpoints.objects, step), archiver, paths);

            assertThat(Checkpoints.archive(checkpoints.objects, archiver, paths))
                    .extracting(FileResult::outcome)
                    .isSubsetOf(Outcome.ARCHIVED, Outcome.ALREADY_ABSENT);
            assertThat(checkpoints.paths()).isEmpty();
            assertThat(query("select count(*), count(distinct (host, metric, timestamp, value)) from '" + ofStep
                            + "/r-c1/*.parquet'"))
                    .as("after a crash at step %s", step)
                    .containsExactly("80|80");
        }
        assertThat(step).isGreaterThan(10);
    }

    private static boolean crashes(CrashingStore dying, ParquetArchiver archiver, List<String> paths) {
        try {
            // A reader's crash is one file's failure to the others: its rest is requested again.
            return Checkpoints.archive(dying, archiver, paths).stream()
                    .anyMatch(result -> result.outcome() == Outcome.FAILED_RETRYABLE);
        } catch (CrashingStore.Crash crash) {
            return true;
        }
    }

    @Test
    void losesNothingAndArchivesNothingTwiceWhereverTheWritingOfAnArchiveIsCutOff() throws Exception {
        putHosts(1);
        checkpoints.archive(archiver());
        byte[] before = Files.readAllBytes(archive());
        checkpoints.put("host-009/a.json", Checkpoints.checkpoint(Checkpoints.DAY, 7));
        checkpoints.archive(archiver());
        byte[] after = Files.readAllBytes(archive());
        Path temporary = archive().resolveSibling(".1234.tmp");
        for (int length = 0; length <= after.length; length += 1 + after.length / 20) {
            // What a crash leaves before the rename: the archive as it was, and part or all of the next one beside it.
            Files.write(archive(), before);
            Files.write(temporary, Arrays.copyOf(after, length));
            putHosts(1);
            checkpoints.put("host-009/a.json", Checkpoints.checkpoint(Checkpoints.DAY, 7));

            assertThat(checkpoints.archive(archiver()))
                    .extracting(FileResult::outcome)
                    .containsOnly(Outcome.ARCHIVED);

            assertThat(query("select host, count(*), count(distinct (metric, timestamp, value)) from '" + archive()
                            + "' group by all order by 1"))
                    .as("cut off after %s bytes", length)
                    .containsExactly("host-000|40|40", "host-009|20|20");
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void removesPartialFilesOfACrash() throws Exception {
        Files.createDirectories(dir.resolve("r-c1"));
        Files.writeString(dir.resolve("r-c1/.1234.tmp"), "half");
        putHosts(1);

        assertThat(checkpoints.archive(archiver()))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.ARCHIVED);

        assertThat(leftovers()).isEmpty();
    }

    @Test
    void reportsWhyATextIsNoCheckpoint() {
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"from\": 0} {}",
                "{\"from\": \"yesterday\"}",
                "{\"from\": -9223372036854775808}",
                "{\"from\": 9223372036854775807}",
                "{\"from\": 0, \"metrics\": {\"a\": {\"frequency\": 9223372036854775807, \"start\": 1, \"data\": [1, 2]}}}",
                "{\"from\": 0, \"metrics\": []}",
                "{\"from\": 0, \"metrics\": {\"a\": {\"start\": 0, \"data\": []}}}",
                "{\"from\": 0, \"metrics\": {\"a\": {\"frequency\": 0, \"start\": 0, \"data\": []}}}",
                "{\"from\": 0, \"metrics\": {\"a\": {\"frequency\": 1, \"start\": 0, \"data\": 5}}}",
                "{\"from\": 0, \"children\": {\"a\": 1}}",
                "{\"from\": 0")) {
            assertThatThrownBy(() -> Checkpoint.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
                    .as(text)
                    .isInstanceOf(Checkpoint.MalformedException.class)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void putsACheckpointIntoThePeriodOfItsFrom() throws Exception {
        Checkpoint checkpoint = Checkpoint.read(new ByteArrayInputStream(
                Checkpoints.checkpoint(Instant.parse("2026-01-01T23:59:59Z"), 1).getBytes(StandardCharsets.UTF_8)));

        assertThat(checkpoint.from()).isEqualTo(Instant.parse("2026-01-01T23:59:59Z"));
        assertThat(checkpoint.series())
                .hasSize(2)
                .allSatisfy(series -> assertThat(series.size()).isEqualTo(10));
    }
}
