package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.LogRecord;
import io.sexton.proto.Times;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden logs of earlier versions, with their results: commands, notices, and every stored row. A version with
 * other results would decide differently on existing logs, and could not continue on existing state.
 *
 * <p>Fixtures of a release are never changed, only added (docs/adr/0028), with the version that made them in their
 * name; where a fixture does not hold, the code is wrong. {@code -Dsexton.golden.add=VERSION} adds those of a release,
 * from random logs.
 */
final class GoldenLogsTest {
    private static final Path FIXTURES = Path.of("src/test/resources/golden");
    private static final Path OLDER_ROWS = FIXTURES.resolve("single-entries");
    private static final List<Long> SEEDS = List.of(3L, 17L, 42L, 801L, 5415L, 61120L);

    static Stream<Path> fixtures() throws IOException {
        try (Stream<Path> files = Files.list(FIXTURES)) {
            return files.filter(file -> file.toString().endsWith(".records")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void foldsToTheRecordedResults(Path fixture) throws IOException {
        assertThat(fold(read(fixture))).isEqualTo(Files.readAllLines(foldedOf(fixture)));
    }

    /**
     * Verifies the change of layout by docs/adr/0033: a fold that has the rows of the older layout, with one entry in the
     * schedule for each file, continues as one that has folded the log itself.
     */
    @ParameterizedTest
    @MethodSource("fixtures")
    void continuesOnTheRowsOfTheOlderLayout(Path fixture) throws IOException {
        List<LogRecord> log = read(fixture);
        StoreDump own = new StoreDump(0);
        log.forEach(own::apply);
        int before = own.outputs().size();
        StoreDump older = new StoreDump(0);
        older.load(Files.readAllLines(
                OLDER_ROWS.resolve(fixture.getFileName().toString().replace("records", "state"))));

        for (LogRecord record : later(log)) {
            own.apply(record);
            older.apply(record);
        }

        assertThat(older.outputs()).isNotEmpty();
        assertThat(older.outputs())
                .isEqualTo(own.outputs().subList(before, own.outputs().size()));
    }

    /** Returns the log once more, behind itself, with ticks in between and after it, which let 40 days pass. */
    private static List<LogRecord> later(List<LogRecord> log) {
        LogRecord last = log.getLast();
        Instant at = log.stream()
                .map(LogRecord::appendTime)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        long offset = last.offset();
        List<LogRecord> later = new ArrayList<>();
        for (LogRecord record : log) {
            at = at.plus(Duration.ofMinutes(20));
            later.add(new LogRecord(0, ++offset, at, record.key(), record.value()));
            later.add(tick(++offset, at));
        }
        for (int i = 0; i < 40 * 24; i++) {
            at = at.plus(Duration.ofHours(1));
            later.add(tick(++offset, at));
        }
        return later;
    }

    private static LogRecord tick(long offset, Instant at) {
        Tick tick = Tick.newBuilder()
                .setWallClock(Times.toProto(at))
                .setTicker("later")
                .setUptime(Times.toProto(Duration.between(Instant.EPOCH, at)))
                .build();
        return new LogRecord(
                0,
                offset,
                at,
                new byte[0],
                RegionEvent.newBuilder().setTick(tick).build().toByteArray());
    }

    @Test
    void addsFixturesIfRequested() throws IOException {
        String version = System.getProperty("sexton.golden.add");
        if (version != null) {
            for (long seed : SEEDS) {
                Path fixture = FIXTURES.resolve(version + "-seed-" + seed + ".records");
                assertThat(fixture).doesNotExist();
                write(fixture, DeterminismTest.log(seed, 0));
                Files.write(foldedOf(fixture), fold(read(fixture)));
            }
        }
        assertThat(fixtures()).isNotEmpty();
    }

    private static Path foldedOf(Path fixture) {
        return Path.of(fixture.toString().replaceAll("\\.records$", ".folded"));
    }

    private static List<String> fold(List<LogRecord> log) {
        StoreDump dump = new StoreDump(0);
        log.forEach(dump::apply);
        List<String> lines = new ArrayList<>(dump.outputs());
        lines.addAll(dump.state());
        return lines;
    }

    /** Writes one line for each record: offset, append time, key and value in hexadecimal; "-" for none. */
    private static void write(Path fixture, List<LogRecord> log) throws IOException {
        List<String> lines = log.stream()
                .map(record -> record.offset() + " " + record.appendTime().toEpochMilli() + " " + hex(record.key())
                        + " " + hex(record.value()))
                .toList();
        Files.write(fixture, lines, StandardCharsets.US_ASCII);
    }

    private static List<LogRecord> read(Path fixture) throws IOException {
        return Files.readAllLines(fixture, StandardCharsets.US_ASCII).stream()
                .map(line -> line.split(" ", -1))
                .map(parts -> new LogRecord(
                        0,
                        Long.parseLong(parts[0]),
                        Instant.ofEpochMilli(Long.parseLong(parts[1])),
                        bytes(parts[2]),
                        bytes(parts[3])))
                .toList();
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
    }

    private static byte @Nullable [] bytes(String hex) {
        return hex.equals("-") ? null : HexFormat.of().parseHex(hex);
    }
}
