package io.sexton.cli.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLinesReaderTest {

    private static final String EVENT =
            "{\"timestamp\":\"2026-01-01T00:00:01Z\",\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"regionDropped\":{}}}";

    @Test
    void readsARecordWithEveryDefault() throws IOException {
        JsonRecord record = onlyRecord(EVENT);

        assertThat(record.topic()).isEqualTo(Topics.EVENTS);
        assertThat(record.partition()).isZero();
        assertThat(record.offset()).isZero();
        assertThat(record.timestamp()).isEqualTo(Instant.parse("2026-01-01T00:00:01Z"));
        assertThat(record.key()).isEqualTo("r1".getBytes(UTF_8));
        RegionEvent event = RegionEvent.parseFrom(record.value());
        assertThat(event.getRegion()).isEqualTo("r1");
        assertThat(event.hasRegionDropped()).isTrue();
    }

    @Test
    void readsEveryFieldOfARecord() throws IOException {
        JsonRecord record = onlyRecord("{\"offset\":\"41\",\"partition\":3,\"topic\":\"gc.lock-requests\","
                + "\"headers\":{\"a\":\"b\"},\"timestamp\":\"2026-01-01T00:00:01.2345678Z\",\"keyBase64\":\"/w==\","
                + "\"value\":{\"region\":\"r1\",\"release\":{\"token\":\"7\"}}}");

        assertThat(record.topic()).isEqualTo(Topics.LOCK_REQUESTS);
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.offset()).isEqualTo(41);
        assertThat(record.timestamp())
                .as("whole milliseconds, rounded down")
                .isEqualTo(Instant.parse("2026-01-01T00:00:01.234Z"));
        assertThat(record.key()).isEqualTo(new byte[] {-1});
        assertThat(record.headers()).containsExactly(Map.entry("a", "b"));
    }

    @Test
    void countsOffsetsPerPartitionFromWhereALineNamesOne() throws IOException {
        List<JsonLine> lines = read(
                EVENT,
                with("\"offset\":10"),
                with("\"partition\":1"),
                EVENT,
                with("\"partition\":1"),
                with("\"partition\":1,\"offset\":7"));

        assertThat(lines)
                .extracting(
                        line -> record(line).partition() + "-" + record(line).offset())
                .containsExactly("0-0", "0-10", "1-0", "0-11", "1-1", "1-7");
    }

    @Test
    void leavesTheOffsetOfALineThatItCannotRead() throws IOException {
        List<JsonLine> lines = read(EVENT, "{\"timest", "", EVENT);

        assertThat(lines.get(1)).isInstanceOf(JsonLine.Broken.class);
        assertThat(lines.get(1).number()).isEqualTo(2);
        assertThat(lines.get(2).number()).as("empty lines count").isEqualTo(4);
        assertThat(record(lines.get(2)).offset()).isEqualTo(2);
    }

    @Test
    void refusesToGoBackInALog() throws IOException {
        List<JsonLine> lines = read(with("\"offset\":10"), with("\"offset\":10"), with("\"offset\":9"), EVENT);

        assertThat(lines.get(1))
                .isEqualTo(new JsonLine.Broken(2, "has offset 10 after offset 10 of the same partition"));
        assertThat(lines.get(2)).isInstanceOf(JsonLine.Broken.class);
        assertThat(record(lines.get(3)).offset()).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "[]",
                "{}",
                "{\"key\":\"r1\"}",
                "{\"key\":\"r1\",\"value\":{}} {}",
                "{\"key\":\"r1\",\"value\":{}",
                "{\"key\":\"r1\",\"key\":\"r2\",\"value\":{}}",
                "{\"key\":\"r1\",\"keyBase64\":\"\",\"value\":{}}",
                "{\"key\":\"r1\",\"value\":{},\"valueBase64\":\"\"}",
                "{\"key\":\"r1\",\"value\":{\"region\":\"a\",\"region\":\"b\"}}",
                "{\"key\":\"\\ud800\",\"value\":{}}",
                "{\"key\":1,\"value\":{}}",
                "{\"partitoin\":1,\"value\":{}}",
                "{\"partition\":-1,\"value\":{}}",
                "{\"partition\":1.5,\"value\":{}}",
                "{\"offset\":99999999999999999999,\"value\":{}}",
                "{\"timestamp\":\"yesterday\",\"value\":{}}",
                "{\"timestamp\":1767225600000,\"value\":{}}",
                "{\"timestamp\":\"+12026-01-01T00:00:00Z\",\"value\":{}}",
                "{\"topic\":\"gc.event\",\"value\":{}}",
                "{\"topic\":\"gc.dead-letters\",\"value\":{}}",
                "{\"valueBase64\":\"?\"}",
                "{\"headers\":[],\"value\":{}}",
                "{\"headers\":{\"a\":1},\"value\":{}}"
            })
    void reportsALineThatIsNoRecordAndReadsOn(String line) throws IOException {
        List<JsonLine> lines = read(line, EVENT);

        assertThat(lines.get(0)).isInstanceOf(JsonLine.Broken.class);
        assertThat(((JsonLine.Broken) lines.get(0)).problem()).matches("(is|has) [^\\p{Cntrl}]+");
        assertThat(lines.get(1)).isInstanceOf(JsonLine.Entry.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"region\":\"r1\",\"fileRenamed\":{}}",
                "{\"region\":\"r1\",\"deletionReport\":{\"outcomes\":[{\"outcome\":\"VANISHED\"}]}}",
                "{\"region\":\"r1\",\"epoch\":\"-1\"}",
                "{\"region\":\"r1\",\"regionDropped\":{},\"retry\":{}}",
                "{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"a\\udc00\"]}}",
                "[]",
                "\"text\"",
                "7"
            })
    void keepsARecordWhoseValueIsNoMessageAsUnreadableBytes(String value) throws IOException {
        List<JsonLine> lines = read("{\"key\":\"r1\",\"offset\":5,\"value\":" + value + "}", EVENT);

        assertThat(lines.get(0)).isInstanceOf(JsonLine.Unreadable.class);
        JsonLine.Unreadable unreadable = (JsonLine.Unreadable) lines.get(0);
        assertThat(unreadable.problem()).startsWith("has a value ");
        assertThat(unreadable.record().key()).isEqualTo("r1".getBytes(UTF_8));
        assertThat(unreadable.record().value()).isEqualTo(("\0" + value).getBytes(UTF_8));
        assertThatThrownBy(() -> RegionEvent.parseFrom(unreadable.record().value()))
                .isInstanceOf(IOException.class);
        assertThat(record(lines.get(1)).offset()).isEqualTo(6);
    }

    @Test
    void readsWhatTheFoldIsToJudge() throws IOException {
        List<JsonLine> lines = read(
                "{\"key\":\"r1\",\"value\":{\"region\":\"r2\",\"fileWritten\":{\"file\":{\"path\":\"../a\\u0085\"}}}}",
                "{\"key\":\"r1\",\"value\":{}}",
                "{\"key\":\"r1\",\"value\":null}",
                "{\"key\":null,\"value\":null}",
                "{\"value\":null}",
                "{\"key\":\"r1\",\"valueBase64\":\"AAH/\"}",
                "{\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"epoch\":\"18446744073709551615\",\"regionDropped\":{}}}");

        assertThat(lines).hasOnlyElementsOfType(JsonLine.Entry.class);
        assertThat(RegionEvent.parseFrom(record(lines.get(0)).value())
                        .getFileWritten()
                        .getFile()
                        .getPath())
                .isEqualTo("../a\u0085");
        assertThat(record(lines.get(1)).value()).isEmpty();
        assertThat(record(lines.get(2)).value()).isNull();
        assertThat(record(lines.get(3)).key()).isNull();
        assertThat(record(lines.get(4)).key()).isNull();
        assertThat(record(lines.get(5)).value()).isEqualTo(new byte[] {0, 1, -1});
        assertThat(RegionEvent.parseFrom(record(lines.get(6)).value()).getEpoch())
                .isEqualTo(-1L);
    }

    @Test
    void reportsALineThatIsNotUtf8AndReadsOn() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write("{\"key\":\"r".getBytes(UTF_8));
        file.write(0xC0);
        file.write(("\"}\r\n" + EVENT + "\r\n").getBytes(UTF_8));

        List<JsonLine> lines = read(file.toByteArray());

        assertThat(lines.get(0)).isEqualTo(new JsonLine.Broken(1, "is not UTF-8"));
        assertThat(lines.get(1)).isInstanceOf(JsonLine.Entry.class);
    }

    @Test
    void readsPackedFiles() throws IOException {
        byte[] plain = (EVENT + "\n" + EVENT).getBytes(UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        try (OutputStream out = new ZstdOutputStream(zstd)) {
            out.write(plain);
        }

        assertThat(read(gzip.toByteArray())).hasSize(2).hasOnlyElementsOfType(JsonLine.Entry.class);
        assertThat(read(zstd.toByteArray())).hasSize(2).hasOnlyElementsOfType(JsonLine.Entry.class);
    }

    @Test
    void failsWhereAPackedFileIsCutOff() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(EVENT.getBytes(UTF_8));
        }
        byte[] cut = Arrays.copyOf(gzip.toByteArray(), gzip.size() - 12);

        assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
    }

    @Test
    void readsAnEmptyFileAsNothing() throws IOException {
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read("\n\r\n  \n".getBytes(UTF_8))).isEmpty();
    }

    private static String with(String fields) {
        return EVENT.replace("{\"timestamp\"", "{" + fields + ",\"timestamp\"");
    }

    private static JsonRecord onlyRecord(String line) throws IOException {
        List<JsonLine> lines = read(line);
        assertThat(lines).hasSize(1);
        return record(lines.getFirst());
    }

    private static JsonRecord record(JsonLine line) {
        assertThat(line).isInstanceOf(JsonLine.Entry.class);
        return ((JsonLine.Entry) line).record();
    }

    private static List<JsonLine> read(String... lines) throws IOException {
        return read(String.join("\n", lines).getBytes(UTF_8));
    }

    private static List<JsonLine> read(byte[] file) throws IOException {
        List<JsonLine> lines = new ArrayList<>();
        try (JsonLinesReader reader = new JsonLinesReader(new ByteArrayInputStream(file))) {
            for (JsonLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(Objects.requireNonNull(line));
            }
        }
        return lines;
    }
}
