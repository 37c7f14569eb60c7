package io.sexton.cli.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonLinesWriterTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:01.5Z");
    private static final RegionEvent EVENT = RegionEvent.newBuilder()
            .setRegion("r1")
            .setRegionDropped(RegionDropped.getDefaultInstance())
            .build();

    private final StringWriter text = new StringWriter();
    private final JsonLinesWriter writer = new JsonLinesWriter(new PrintWriter(text));

    @Test
    void writesWhatAPersonCanRead() throws IOException {
        writer.write(record("r1".getBytes(UTF_8), EVENT.toByteArray()));
        writer.write(
                Topics.DELETE_COMMANDS,
                3,
                TIME,
                RegionId.of("r\"1"),
                GcCommand.newBuilder()
                        .setDelete(DeleteCommand.newBuilder().setCommandId("3-5-0"))
                        .build());
        writer.flush();

        assertThat(text).hasToString("""
                {"timestamp":"2026-01-01T00:00:01.500Z","topic":"gc.events","partition":2,"offset":7,"key":"r1",\
                "headers":{"h":"\\u009B\\u001Bx"},"value":{"region":"r1","regionDropped":{}}}
                {"timestamp":"2026-01-01T00:00:01.500Z","topic":"gc.delete-commands","partition":3,"key":"r\\"1",\
                "value":{"delete":{"commandId":"3-5-0"}}}
                """);
    }

    @Test
    void readsBackAsTheSameRecordWhateverTheBytesAre() throws IOException {
        byte[] unknownField = EVENT.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                        .build())
                        .build())
                .build()
                .toByteArray();
        byte[] unusualOrder = ByteString.copyFrom(EVENT.toByteArray())
                .concat(ByteString.copyFrom(
                        RegionEvent.newBuilder().setEpoch(3).build().toByteArray()))
                .toByteArray();
        byte[] timeThatJsonLacks = RegionEvent.newBuilder()
                .setOccurredAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build()
                .toByteArray();

        roundTrip("r1".getBytes(UTF_8), EVENT.toByteArray());
        roundTrip("ö\n\0".getBytes(UTF_8), new byte[0]);
        roundTrip(new byte[] {(byte) 0xFF}, new byte[] {0});
        roundTrip(null, null);
        roundTrip(new byte[0], unknownField);
        roundTrip(new byte[0], unusualOrder);
        roundTrip(new byte[0], timeThatJsonLacks);
    }

    @Test
    void writesBytesWhereACommandHasATimeThatJsonLacks() throws IOException {
        GcCommand command = GcCommand.newBuilder()
                .setDelete(DeleteCommand.newBuilder()
                        .addFiles(CondemnedFile.newBuilder()
                                .setSince(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))))
                .build();

        writer.write(Topics.DELETE_COMMANDS, 0, TIME, RegionId.of("r1"), command);
        writer.flush();

        assertThat(GcCommand.parseFrom(readBack().value())).isEqualTo(command);
    }

    @Test
    void failsOnceTheReaderIsGone() {
        JsonLinesWriter onClosed = new JsonLinesWriter(new PrintWriter(new ClosedPipe()));

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 5000; i++) {
                        onClosed.write(record(null, null));
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private void roundTrip(byte @Nullable [] key, byte @Nullable [] value) throws IOException {
        text.getBuffer().setLength(0);
        JsonRecord written = record(key, value);

        writer.write(written);
        writer.flush();

        assertThat(readBack()).usingRecursiveComparison().isEqualTo(written);
    }

    private JsonRecord readBack() throws IOException {
        try (JsonLinesReader reader =
                new JsonLinesReader(new ByteArrayInputStream(text.toString().getBytes(UTF_8)))) {
            if (reader.next() instanceof JsonLine.Entry entry) {
                assertThat(reader.next()).isNull();
                return entry.record();
            }
            throw new AssertionError("not a record: " + text);
        }
    }

    private static JsonRecord record(byte @Nullable [] key, byte @Nullable [] value) {
        return new JsonRecord(Topics.EVENTS, 2, 7, TIME, key, value, Map.of("h", "\u009B\u001Bx"));
    }

    private static final class ClosedPipe extends Writer {
        @Override
        public void write(char[] chars, int offset, int length) throws IOException {
            throw new IOException("Broken pipe");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
