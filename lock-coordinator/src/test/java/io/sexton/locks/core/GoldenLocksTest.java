package io.sexton.locks.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.v1.LockEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The golden logs of an earlier version, with its outputs and stored rows. A version with other results would decide
 * differently on existing logs, and could not continue on an existing changelog. {@code -Dsexton.golden.add=VERSION} adds
 * those of a release, from random logs; existing ones are never changed (docs/adr/0028).
 */
final class GoldenLocksTest {
    private static final Path FIXTURES = Path.of("src/test/resources/golden");
    private static final int RECORDS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0-seed-3", "0.1.0-seed-17", "0.1.0-seed-42"})
    void foldsToTheRecordedResultsAlsoFromTheRowsOfAnEarlierVersion(String name) throws IOException {
        List<LogRecord> log = Files.readAllLines(FIXTURES.resolve(name + ".records")).stream()
                .map(GoldenLocksTest::read)
                .toList();
        List<String> half = Files.readAllLines(FIXTURES.resolve(name + ".half"));
        List<String> folded = Files.readAllLines(FIXTURES.resolve(name + ".folded"));

        MemoryStore store = new MemoryStore();
        fold(store, log.subList(0, RECORDS / 2));
        assertThat(rows(store)).isEqualTo(half);
        assertThat(fold(store, log.subList(RECORDS / 2, RECORDS))).isEqualTo(folded);

        MemoryStore restored = new MemoryStore();
        half.stream().map(row -> row.split("=", -1)).forEach(row -> restored.put(bytes(row[0]), bytes(row[1])));
        assertThat(fold(restored, log.subList(RECORDS / 2, RECORDS))).isEqualTo(folded);
    }

    @Test
    void addsFixturesIfRequested() throws IOException {
        String version = System.getProperty("sexton.golden.add");
        if (version != null) {
            for (long seed : List.of(3L, 17L, 42L)) {
                String name = version + "-seed-" + seed;
                List<LogRecord> log = RandomLogs.of(seed, RECORDS);
                MemoryStore store = new MemoryStore();
                fold(store, log.subList(0, RECORDS / 2));
                Files.write(
                        FIXTURES.resolve(name + ".records"),
                        log.stream().map(GoldenLocksTest::line).toList());
                Files.write(FIXTURES.resolve(name + ".half"), rows(store));
                Files.write(FIXTURES.resolve(name + ".folded"), fold(store, log.subList(RECORDS / 2, RECORDS)));
            }
        }
        assertThat(FIXTURES).isNotEmptyDirectory();
    }

    /** Returns the outputs for the records, and the rows after them. */
    private static List<String> fold(MemoryStore store, List<LogRecord> log) {
        List<String> results = new ArrayList<>();
        LockFold fold = new LockFold(store, Placement.UNCHECKED, output -> results.add(lineOf(output)));
        log.forEach(fold::apply);
        results.addAll(rows(store));
        return results;
    }

    private static String lineOf(Output output) {
        return output instanceof Output.Emitted emitted
                ? HexFormat.of().formatHex(((LockEvent) emitted.message()).toByteArray())
                : LockLog.line(output);
    }

    private static List<String> rows(OrderedStore store) {
        return store.page(new byte[0], new byte[] {(byte) 0xFF}, Integer.MAX_VALUE).stream()
                .map(entry -> hex(entry.key()) + "=" + hex(entry.value()))
                .toList();
    }

    private static String line(LogRecord record) {
        return record.offset() + " " + record.appendTime().toEpochMilli() + " " + hex(record.key()) + " "
                + hex(record.value());
    }

    private static LogRecord read(String line) {
        String[] parts = line.split(" ", -1);
        return new LogRecord(
                0,
                Long.parseLong(parts[0]),
                Instant.ofEpochMilli(Long.parseLong(parts[1])),
                bytes(parts[2]),
                bytes(parts[3]));
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
    }

    @SuppressWarnings("NullAway") // a record may lack its key and its value
    private static byte[] bytes(String hex) {
        return hex.equals("-") ? null : HexFormat.of().parseHex(hex);
    }
}
