package io.sexton.streams.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import io.sexton.fold.state.MemoryStore;
import io.sexton.v1.RegionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The design's event logs, and the decisions that must come out. */
class ConformanceTest {

    static Stream<Path> cases() throws Exception {
        Path root = Path.of(ConformanceTest.class.getResource("/conformance").toURI());
        try (Stream<Path> dirs = Files.list(root)) {
            return dirs.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void foldsToTheExpectedDecisions(Path dir) throws Exception {
        List<Output> outputs = new ArrayList<>();
        PartitionFold fold = new PartitionFold(
                0,
                new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()),
                Placement.UNCHECKED,
                outputs::add);
        long offset = 0;
        for (String line : Files.readAllLines(dir.resolve("events.jsonl"))) {
            fold.apply(record(line, offset++));
        }
        Map<String, Integer> actual = new TreeMap<>();
        outputs.forEach(output -> Facts.of(output).forEach(fact -> actual.merge(fact, 1, Integer::sum)));
        Map<String, Integer> expected = new TreeMap<>();
        for (String line : Files.readAllLines(dir.resolve("expected.jsonl"))) {
            expected.merge(Facts.expected(line), 1, Integer::sum);
        }
        assertThat(Facts.comparable(actual)).isEqualTo(Facts.comparable(expected));
    }

    private static LogRecord record(String line, long offset) throws Exception {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        RegionEvent.Builder event = RegionEvent.newBuilder();
        JsonFormat.parser().merge(json.get("value").toString(), event);
        return new LogRecord(
                0,
                offset,
                Instant.parse(json.get("timestamp").getAsString()),
                json.get("key").getAsString().getBytes(StandardCharsets.UTF_8),
                event.build().toByteArray());
    }
}
