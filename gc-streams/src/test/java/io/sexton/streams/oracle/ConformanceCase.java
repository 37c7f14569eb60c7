package io.sexton.streams.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.sexton.streams.oracle.Fact.CountedOnce;
import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A case of the design, or one of the project's own (from number 140 on): a log and the facts that follow from it. */
public record ConformanceCase(String name, List<LogRecord> log, List<Fact> expected) {

    /** Returns all cases, by name. */
    public static List<ConformanceCase> all() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(ConformanceCase.class.getResource("/conformance"), "conformance cases");
        List<Path> folders;
        try (Stream<Path> list = Files.list(Path.of(folder.toURI()))) {
            folders = list.sorted().toList();
        }
        List<ConformanceCase> cases = new ArrayList<>();
        for (Path path : folders) {
            cases.add(read(path));
        }
        return cases;
    }

    /** Returns the log in the fold's type. */
    public List<io.sexton.proto.LogRecord> foldLog() {
        return log.stream().map(LogRecord::toFold).toList();
    }

    private static ConformanceCase read(Path folder) throws IOException {
        List<LogRecord> log = new ArrayList<>();
        for (Map<String, Value> line : lines(folder.resolve("events.jsonl"))) {
            log.add(record(log.size(), line));
        }
        List<Fact> expected = new ArrayList<>();
        for (Map<String, Value> line : lines(folder.resolve("expected.jsonl"))) {
            expected.add(fact(line));
        }
        return new ConformanceCase(folder.getFileName().toString(), log, expected);
    }

    private static List<Map<String, Value>> lines(Path file) throws IOException {
        List<Map<String, Value>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                Struct.Builder struct = Struct.newBuilder();
                JsonFormat.parser().merge(line, struct);
                lines.add(struct.build().getFieldsMap());
            }
        }
        return lines;
    }

    private static LogRecord record(long offset, Map<String, Value> line) throws InvalidProtocolBufferException {
        RegionEvent.Builder event = RegionEvent.newBuilder();
        JsonFormat.parser().merge(JsonFormat.printer().print(get(line, "value").getStructValue()), event);
        long appendTime = Instant.parse(text(line, "timestamp")).toEpochMilli();
        byte[] key = text(line, "key").getBytes(StandardCharsets.UTF_8);
        return new LogRecord(0, offset, appendTime, key, event.build().toByteArray());
    }

    private static Fact fact(Map<String, Value> line) {
        String region = text(line, "region");
        return switch (text(line, "kind")) {
            case "condemn" ->
                new Fact.Condemn(
                        region,
                        text(line, "path"),
                        Reason.valueOf(text(line, "reason")),
                        Instant.parse(text(line, "since")),
                        Instant.parse(text(line, "decided")),
                        (int) get(line, "attempt").getNumberValue(),
                        Disposition.valueOf(text(line, "disposition")));
            case "revoke" -> new Fact.Revoke(region, text(line, "path"));
            case "revokePrefix" -> new Fact.RevokePrefix(region, text(line, "path"));
            case "fence" -> new Fact.Fence(region, text(line, "nonce"));
            case "dead" -> new Fact.DeadLetter();
            case "approval" -> new CountedOnce(region, CountedOnce.Kind.APPROVAL_NEEDED, null);
            case "scan" -> new CountedOnce(region, CountedOnce.Kind.SCAN, null);
            case "notice" -> notice(region, line);
            default -> throw new IllegalArgumentException("kind of " + line);
        };
    }

    private static Fact notice(String region, Map<String, Value> line) {
        return switch (text(line, "notice")) {
            case "pinVerdict" ->
                new Fact.PinVerdict(
                        region, text(line, "reader"), get(line, "accepted").getBoolValue(), texts(line, "paths"), (long)
                                get(line, "offset").getNumberValue());
            case "referenceVerdict" ->
                new Fact.ReferenceVerdict(region, text(line, "referrer"), texts(line, "paths"), (long)
                        get(line, "offset").getNumberValue());
            case "inventoryDoubted" ->
                new Fact.InventoryDoubted(region, text(line, "inventory"), (long)
                        get(line, "missing").getNumberValue());
            case "snapshotRequested" -> countedOnce(region, CountedOnce.Kind.SNAPSHOT_REQUESTED, line);
            case "manifestConflict" -> countedOnce(region, CountedOnce.Kind.MANIFEST_CONFLICT, line);
            case "filesDeleted" -> countedOnce(region, CountedOnce.Kind.FILES_DELETED, line);
            case "eventRejected" -> countedOnce(region, CountedOnce.Kind.EVENT_REJECTED, line);
            case "approvalNeeded" -> countedOnce(region, CountedOnce.Kind.APPROVAL_NEEDED, line);
            case "missingFile" -> countedOnce(region, CountedOnce.Kind.MISSING_FILE, line);
            case "deletionStuck" -> countedOnce(region, CountedOnce.Kind.DELETION_STUCK, line);
            default -> throw new IllegalArgumentException("notice of " + line);
        };
    }

    private static Fact countedOnce(String region, CountedOnce.Kind kind, Map<String, Value> line) {
        Value path = get(line, "path");
        return new CountedOnce(region, kind, path.hasStringValue() ? path.getStringValue() : null);
    }

    private static List<String> texts(Map<String, Value> line, String field) {
        return get(line, field).getListValue().getValuesList().stream()
                .map(Value::getStringValue)
                .toList();
    }

    private static String text(Map<String, Value> line, String field) {
        return get(line, field).getStringValue();
    }

    private static Value get(Map<String, Value> line, String field) {
        return line.getOrDefault(field, Value.getDefaultInstance());
    }

    @Override
    public String toString() {
        return name;
    }
}
