package io.sexton.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.Sexton;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines that {@code docs/json-lines.md} gives to operators: {@code sexton publish} takes each of them. */
final class OperatorExamplesTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @Test
    void areWhatTheDocumentQuotes() throws IOException {
        List<String> quoted = Files.readAllLines(find("docs/json-lines.md")).stream()
                .dropWhile(line -> !line.equals("## What operators publish"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("{"))
                .toList();
        assertThat(quoted).isNotEmpty().isEqualTo(Files.readAllLines(find("docs/examples/operators.jsonl")));
    }

    @Test
    void areValidAndGoWhereTheyBelong() throws IOException {
        List<RegionEvent.EventCase> kinds = new ArrayList<>();
        try (JsonLinesReader reader =
                new JsonLinesReader(Files.newInputStream(find("docs/examples/operators.jsonl")))) {
            for (JsonLine line = reader.next(); line != null; line = reader.next()) {
                assertThat(line).isInstanceOf(JsonLine.Entry.class);
                byte[] value = ((JsonLine.Entry) line).record().value();
                RegionEvent event = RegionEvent.parseFrom(value);
                kinds.add(event.getEventCase());
                switch (Publishable.of(((JsonLine.Entry) line).record())) {
                    case Publishable.ByKey byKey -> {
                        assertThat(byKey.topic()).isEqualTo(Topics.EVENTS);
                        assertThat(new String(byKey.key(), java.nio.charset.StandardCharsets.UTF_8))
                                .isEqualTo(event.getRegion());
                    }
                    case Publishable.ToEveryPartition every ->
                        assertThat(event.hasPolicySet()).isTrue();
                    case Publishable.Tick tick -> throw new AssertionError(line);
                    case Publishable.Refused refused -> throw new AssertionError(line + " " + refused.problem());
                }
            }
        }
        assertThat(kinds)
                .contains(
                        RegionEvent.EventCase.HOLD,
                        RegionEvent.EventCase.APPROVAL,
                        RegionEvent.EventCase.RETRY,
                        RegionEvent.EventCase.EXPEDITE,
                        RegionEvent.EventCase.POLICY_SET);
    }

    @Test
    void keepAFileWhileTheHoldThatTheyShowIsInForce(@TempDir Path dir) throws IOException {
        List<String> examples = Files.readAllLines(find("docs/examples/operators.jsonl"));
        List<String> log = new ArrayList<>();
        log.add(at(
                "00:00:01",
                "{\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"epoch\":\"1\",\"regionOpened\":"
                        + "{\"store\":\"s\",\"root\":\"r1\"}}}"));
        log.add(at(
                "00:00:01",
                "{\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"epoch\":\"1\",\"manifestEdit\":"
                        + "{\"version\":\"1\",\"removed\":[\"sst/a\"]}}}"));
        log.add(at("00:00:02", examples.get(0)));
        Path input = Files.write(dir.resolve("log"), log);
        assertThat(Sexton.run("explain", "--input", input.toString(), "r1", "sst/a")
                        .outLines())
                .anyMatch(line -> line.contains("hold incident-7: restore under way"));
        log.add(at("00:00:03", examples.get(1)));
        Files.write(input, log);
        assertThat(Sexton.run("explain", "--input", input.toString(), "r1", "sst/a")
                        .outLines())
                .anyMatch(line -> line.contains("- hold incident-7: restore under way"));
    }

    private static String at(String time, String line) {
        return "{\"timestamp\":\"2026-01-01T" + time + "Z\"," + line.substring(1);
    }

    /** Tests run in the module's directory or in that of the whole. */
    private static Path find(String file) {
        return Stream.of(MODULE, MODULE.getParent())
                .map(base -> base.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
