package io.sexton.cli.lines;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One parsed line. Here JSON becomes the bytes of a record, so this class determines the speed of reading.
 *
 * @param offset {@code null} if the line names none
 * @param valueProblem why the value cannot be read, or {@code null} if it can
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to the fold; never compared
record ParsedLine(
        String topic,
        int partition,
        @Nullable Long offset,
        @Nullable Instant timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Map<String, String> headers,
        @Nullable String valueProblem) {

    /** A duplicate field makes a line ambiguous; JSON itself leaves open which one counts. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The range that protobuf's JSON can express, too. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    /**
     * Takes a line apart.
     *
     * @throws MalformedLineException if it is not the JSON of a record; a value that is no message is no reason
     */
    static ParsedLine of(String line) throws MalformedLineException {
        Fields fields = new Fields(line);
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedLineException("is not a JSON object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                fields.read(name, json);
            }
            if (json.nextToken() != null) {
                throw new MalformedLineException("has something after its JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new MalformedLineException("is not JSON: " + e.getOriginalMessage() + " at column "
                    + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the line is in memory
        }
        return fields.toLine();
    }

    /** The fields of one line, as far as they have been read. */
    private static final class Fields {
        private final String line;
        private String topic = Topics.EVENTS;
        private int partition;
        private @Nullable Long offset;
        private @Nullable Instant timestamp;
        private byte @Nullable [] key;
        private boolean hasKey;
        private @Nullable String valueJson;
        private byte @Nullable [] value;
        private boolean hasValue;
        private @Nullable String valueProblem;
        private Map<String, String> headers = Map.of();

        Fields(String line) {
            this.line = line;
        }

        void read(String name, JsonParser json) throws IOException, MalformedLineException {
            switch (name) {
                case "timestamp" -> timestamp = timestamp(text(name, json));
                case "topic" -> topic = topic(text(name, json));
                case "partition" -> partition = (int) number(name, json, Integer.MAX_VALUE);
                case "offset" -> offset = number(name, json, Long.MAX_VALUE);
                case "key" -> key(utf8OrNull(name, json));
                case "keyBase64" -> key(base64(name, text(name, json)));
                case "value" -> value(json);
                case "valueBase64" -> value(base64(name, text(name, json)));
                case "headers" -> headers = headers(json);
                // Passing over it would be friendlier, and would fold a line with a misspelt "partition" in the wrong
                // place.
                default -> throw new MalformedLineException("has an unknown field " + quoted(name));
            }
        }

        ParsedLine toLine() throws MalformedLineException {
            if (!hasValue) {
                throw new MalformedLineException("has no value (a record without one has \"value\":null)");
            }
            if (valueJson != null) {
                readValue(valueJson);
            }
            return new ParsedLine(topic, partition, offset, timestamp, key, value, headers, valueProblem);
        }

        private void key(byte @Nullable [] bytes) throws MalformedLineException {
            if (hasKey) {
                throw new MalformedLineException("has both key and keyBase64");
            }
            hasKey = true;
            key = bytes;
        }

        private void value(byte @Nullable [] bytes) throws MalformedLineException {
            if (hasValue) {
                throw new MalformedLineException("has both value and valueBase64");
            }
            hasValue = true;
            value = bytes;
        }

        /** Keeps the text of the value; which type it has is known when the whole line is. */
        private void value(JsonParser json) throws IOException, MalformedLineException {
            value((byte[]) null);
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            int from = (int) json.currentTokenLocation().getCharOffset();
            int depth = 0;
            boolean wellFormed = true;
            do {
                JsonToken token = json.currentToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    wellFormed &= isWellFormed(json.getText());
                }
            } while (depth > 0 && json.nextToken() != null);
            json.finishToken();
            valueJson = line.substring(from, (int) json.currentLocation().getCharOffset());
            if (!wellFormed) {
                // Protobuf would write '?' instead, which is another path. Such bytes of a producer are no event
                // either.
                valueProblem = "has a value with text that is not well-formed Unicode";
            }
        }

        private void readValue(String text) throws MalformedLineException {
            if (!Values.haveType(topic)) {
                throw new MalformedLineException("has a value, but those of " + topic + " are bytes (valueBase64)");
            }
            if (valueProblem == null) {
                try {
                    value = Values.fromJson(topic, text);
                    return;
                } catch (InvalidProtocolBufferException e) {
                    valueProblem = "has a value that is not what " + topic + " carries: " + oneLine(e.getMessage());
                }
            }
            // No message begins with a zero byte, so no reader can take this for one.
            value = ("\0" + text).getBytes(StandardCharsets.UTF_8);
        }

        private static Map<String, String> headers(JsonParser json) throws IOException, MalformedLineException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new MalformedLineException("has headers that are not an object");
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                headers.put(name, text("header " + name, json));
            }
            return headers;
        }
    }

    private static byte @Nullable [] utf8OrNull(String field, JsonParser json)
            throws IOException, MalformedLineException {
        return json.currentToken() == JsonToken.VALUE_NULL
                ? null
                : text(field, json).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String field, JsonParser json) throws IOException, MalformedLineException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedLineException("has a " + field + " that is not a string");
        }
        String text = json.getText();
        if (!isWellFormed(text)) {
            throw new MalformedLineException("has a " + field + " that is not well-formed Unicode");
        }
        return text;
    }

    /** Reads a count, as a number or, as proto3 JSON writes 64 bits, as a string of digits. */
    private static long number(String field, JsonParser json, long max) throws IOException, MalformedLineException {
        boolean isNumber =
                json.currentToken() == JsonToken.VALUE_NUMBER_INT || json.currentToken() == JsonToken.VALUE_STRING;
        if (isNumber) {
            try {
                long number = Long.parseLong(json.getText());
                if (number >= 0 && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // rejected below
            }
        }
        throw new MalformedLineException("has a " + field + " that is not a whole number from 0 to " + max);
    }

    private static Instant timestamp(String text) throws MalformedLineException {
        try {
            Instant instant = Instant.parse(text);
            if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
                return instant.truncatedTo(ChronoUnit.MILLIS);
            }
        } catch (DateTimeException e) {
            // rejected below
        }
        throw new MalformedLineException(
                "has a timestamp that is not a time like 2026-01-01T00:00:00Z: " + quoted(text));
    }

    private static String topic(String text) throws MalformedLineException {
        if (!Topics.ALL.contains(text)) {
            throw new MalformedLineException("has an unknown topic " + quoted(text));
        }
        return text;
    }

    private static byte[] base64(String field, String text) throws MalformedLineException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedLineException("has a " + field + " that is not Base64");
        }
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Escapes a library's message for a terminal: it may quote the line. */
    private static String oneLine(@Nullable String message) {
        return message == null
                ? "unreadable"
                : message.strip().replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?");
    }

    /** Truncates and escapes, so that no line of a file can disturb a terminal. */
    private static String quoted(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        StringBuilder out = new StringBuilder("\"");
        JsonText.escape(cut, out);
        return out.append('"').toString();
    }
}
