package io.sexton.streams.core;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import io.sexton.fold.core.LogRecord;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One of the design's event logs, and the decisions that must come out. */
public record ConformanceCase(String name, List<LogRecord> log, Map<String, Integer> expected) {

    public static Stream<ConformanceCase> all() throws IOException, URISyntaxException {
        Path root = Path.of(Objects.requireNonNull(ConformanceCase.class.getResource("/conformance"))
                .toURI());
        try (Stream<Path> dirs = Files.list(root)) {
            List<ConformanceCase> cases = new ArrayList<>();
            for (Path dir : dirs.sorted().toList()) {
                cases.add(read(dir));
            }
            return cases.stream();
        }
    }

    private static ConformanceCase read(Path dir) throws IOException {
        List<LogRecord> log = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("events.jsonl"))) {
            log.add(record(line, log.size()));
        }
        Map<String, Integer> expected = new TreeMap<>();
        for (String line : Files.readAllLines(dir.resolve("expected.jsonl"))) {
            expected.merge(Facts.expected(line), 1, Integer::sum);
        }
        return new ConformanceCase(dir.getFileName().toString(), log, expected);
    }

    private static LogRecord record(String line, long offset) throws IOException {
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

    @Override
    public String toString() {
        return name;
    }
}
