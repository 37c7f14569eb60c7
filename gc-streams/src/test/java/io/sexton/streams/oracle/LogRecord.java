package io.sexton.streams.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.sexton.v1.RegionEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code gc.events} as Kafka returns it.
 *
 * @param appendTime in milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogRecord(int partition, long offset, long appendTime, byte @Nullable [] key, byte @Nullable [] value) {

    static LogRecord of(int partition, long offset, long appendTime, String key, RegionEvent event) {
        return new LogRecord(partition, offset, appendTime, key.getBytes(StandardCharsets.UTF_8), event.toByteArray());
    }

    /** Converts the record to the fold's type. */
    io.sexton.proto.LogRecord toFold() {
        return new io.sexton.proto.LogRecord(partition, offset, Instant.ofEpochMilli(appendTime), key, value);
    }

    /**
     * Returns the record as a line of section 10's JSON; a value that is no event is {@code valueBytes}, in base 64.
     */
    String toJson() {
        StringBuilder line = new StringBuilder("{\"timestamp\":\"")
                .append(Instant.ofEpochMilli(appendTime))
                .append("\",\"partition\":")
                .append(partition)
                .append(",\"offset\":")
                .append(offset);
        if (key != null) {
            line.append(",\"key\":\"")
                    .append(new String(key, StandardCharsets.UTF_8))
                    .append('"');
        }
        if (value != null) {
            String json = eventJson(value);
            if (json != null) {
                line.append(",\"value\":").append(json);
            } else {
                line.append(",\"valueBytes\":\"")
                        .append(Base64.getEncoder().encodeToString(value))
                        .append('"');
            }
        }
        return line.append('}').toString();
    }

    /** Returns the log as JSON lines, fit for {@code sexton replay}. */
    static String toJsonLines(List<LogRecord> log) {
        return log.stream().map(LogRecord::toJson).collect(Collectors.joining("\n"));
    }

    private static @Nullable String eventJson(byte[] value) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(RegionEvent.parseFrom(value));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }
}
