package io.sexton.cli.lines;

import com.google.protobuf.Message;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A writer of JSON lines that {@link JsonLinesReader} reads back as the same records. Key and value are text and JSON
 * if these represent all their bytes, else Base64.
 *
 * <p>Not thread safe.
 */
public final class JsonLinesWriter {

    /** Lines between two checks that the output still has a reader. */
    private static final int LINES_PER_CHECK = 1024;

    private final PrintWriter out;
    private final StringBuilder line = new StringBuilder(512);
    private long written;

    /** Writes to what others own: {@link #flush()} it at the end, nothing closes it. */
    public JsonLinesWriter(PrintWriter out) {
        this.out = out;
    }

    /** Writes a record that came from a log. */
    public void write(JsonRecord record) throws IOException {
        begin(record.topic(), record.partition(), record.timestamp());
        line.append(",\"offset\":").append(record.offset());
        key(record.key());
        if (!record.headers().isEmpty()) {
            headers(record.headers());
        }
        value(record.topic(), record.value());
        end();
    }

    /**
     * Writes a record that is in no log, so that it has no offset.
     *
     * @param value of the type that the topic carries
     */
    public void write(String topic, int partition, Instant timestamp, RegionId region, Message value)
            throws IOException {
        begin(topic, partition, timestamp);
        text("key", region.value());
        value(Values.toJson(value), value.toByteArray());
        end();
    }

    /** Writes a record of raw bytes that is in no log, so that it has no offset. */
    public void write(
            String topic,
            int partition,
            Instant timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Map<String, String> headers)
            throws IOException {
        begin(topic, partition, timestamp);
        key(key);
        headers(headers);
        value(topic, value);
        end();
    }

    /** Hands everything on. Fails if the output could not take what was written, now or earlier. */
    public void flush() throws IOException {
        if (out.checkError()) { // flushes
            throw new IOException("the output cannot be written");
        }
    }

    private void begin(String topic, int partition, @Nullable Instant timestamp) {
        line.setLength(0);
        line.append("{\"");
        if (timestamp != null) {
            line.append("timestamp\":\"").append(timestamp).append("\",\"");
        }
        line.append("topic\":\"").append(topic).append("\",\"partition\":").append(partition);
    }

    private void end() throws IOException {
        line.append("}\n");
        out.append(line);
        if (++written % LINES_PER_CHECK == 0) {
            flush();
        }
    }

    private void key(byte @Nullable [] key) {
        if (key == null) {
            line.append(",\"key\":null");
            return;
        }
        try {
            text(
                    "key",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(key))
                            .toString());
        } catch (CharacterCodingException e) {
            base64("keyBase64", key);
        }
    }

    private void value(String topic, byte @Nullable [] value) {
        if (value == null) {
            line.append(",\"value\":null");
            return;
        }
        value(Values.haveType(topic) ? Values.toJson(topic, value) : Optional.empty(), value);
    }

    private void value(Optional<String> json, byte[] bytes) {
        if (json.isPresent()) {
            line.append(",\"value\":").append(json.get());
        } else {
            base64("valueBase64", bytes);
        }
    }

    private void headers(Map<String, String> headers) {
        line.append(",\"headers\":{");
        String separator = "";
        for (Map.Entry<String, String> header : headers.entrySet()) {
            line.append(separator).append('"');
            JsonText.escape(header.getKey(), line);
            line.append("\":\"");
            JsonText.escape(header.getValue(), line);
            line.append('"');
            separator = ",";
        }
        line.append('}');
    }

    private void text(String field, String text) {
        line.append(",\"").append(field).append("\":\"");
        JsonText.escape(text, line);
        line.append('"');
    }

    private void base64(String field, byte[] bytes) {
        line.append(",\"").append(field).append("\":\"");
        line.append(Base64.getEncoder().encodeToString(bytes)).append('"');
    }
}
