package io.sexton.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metric checkpoint: the measurements of one host between two times.
 *
 * <pre>
 * {"from": T, "to": T, "metrics": {"cpu": {"frequency": D, "start": T, "data": [1.5, null, 2]}},
 *  "children": {"disk-0": {"metrics": …, "children": …}}}
 * </pre>
 *
 * <p>A time is a number of milliseconds since 1970 or a text such as {@code 2026-01-01T00:00:00Z}; a frequency is the
 * distance of two values, in milliseconds or as {@code PT10S}. Null is a missing value. The scope of a metric is the
 * path of children to it, with {@code /} between. Members that are not named here are ignored.
 *
 * @param from the time that determines its period
 * @param series in the order of the file
 */
record Checkpoint(Instant from, List<Series> series) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private static final int DEEPEST = 100;

    /**
     * The range of times. Beyond it, milliseconds or the microseconds of other readers overflow; that is a failure of
     * one file, not of its call.
     */
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    /** Copies the list. */
    Checkpoint {
        series = List.copyOf(series);
    }

    /** The failure of a file that is no checkpoint, with the reason as its message. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * Reads one, to the end of the stream.
     *
     * @throws MalformedException if it is none
     * @throws IOException if the stream cannot be read
     */
    static Checkpoint read(InputStream in) throws MalformedException, IOException {
        try (JsonParser parser = JSON.createParser(in)) {
            Reading reading = new Reading(parser);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedException("a checkpoint is an object");
            }
            reading.tree("", 0);
            if (parser.nextToken() != null) {
                throw new MalformedException("something comes after the checkpoint");
            }
            if (reading.from == null) {
                throw new MalformedException("the checkpoint has no 'from'");
            }
            return new Checkpoint(reading.from, reading.series);
        } catch (JsonProcessingException e) {
            throw new MalformedException("no JSON: " + e.getOriginalMessage());
        }
    }

    /** The values of one metric, and the place of each among those that are missing. Not boxed: there are many. */
    private static final class Data {

        private double[] values = new double[64];
        private long[] places = new long[64];
        private int size;
        private long next;

        /** Prepares the same memory for the next metric. */
        private void clear() {
            size = 0;
            next = 0;
        }

        private void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
                places = Arrays.copyOf(places, 2 * size);
            }
            values[size] = value;
            places[size++] = next++;
        }

        private void skip() {
            next++;
        }

        private Series series(String name, String scope, Instant begin, long step) throws MalformedException {
            long start = begin.toEpochMilli();
            requireEarlyEnough(name, start, step);
            long[] times = Arrays.copyOf(places, size);
            for (int i = 0; i < size; i++) {
                times[i] = start + times[i] * step;
            }
            return new Series(name, scope, times, Arrays.copyOf(values, size));
        }

        private void requireEarlyEnough(String name, long start, long step) throws MalformedException {
            try {
                long last = size == 0 ? start : Math.addExact(start, Math.multiplyExact(places[size - 1], step));
                if (last <= LATEST.toEpochMilli()) {
                    return;
                }
            } catch (ArithmeticException e) {
                // rejected below
            }
            throw new MalformedException("metric '" + name + "' continues beyond " + LATEST);
        }
    }

    /** One pass over the file. */
    private static final class Reading {

        private final JsonParser parser;
        private final List<Series> series = new ArrayList<>();
        private final Data data = new Data();
        private @Nullable Instant from;

        private Reading(JsonParser parser) {
            this.parser = parser;
        }

        /** Reads from the beginning of an object to its end. */
        private void tree(String scope, int depth) throws MalformedException, IOException {
            if (depth > DEEPEST) {
                throw new MalformedException("children are nested more than " + DEEPEST + " deep");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "from" -> {
                        Instant time = time(name);
                        from = depth == 0 ? time : from;
                    }
                    case "metrics" -> {
                        requireObject(name);
                        while (parser.nextToken() != JsonToken.END_OBJECT) {
                            String metric = parser.currentName();
                            parser.nextToken();
                            requireObject(metric);
                            metric(metric, scope);
                        }
                    }
                    case "children" -> {
                        requireObject(name);
                        while (parser.nextToken() != JsonToken.END_OBJECT) {
                            String child = parser.currentName();
                            parser.nextToken();
                            requireObject(child);
                            tree(scope.isEmpty() ? child : scope + "/" + child, depth + 1);
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        private void metric(String name, String scope) throws MalformedException, IOException {
            @Nullable Long step = null;
            @Nullable Instant start = null;
            data.clear();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String member = parser.currentName();
                parser.nextToken();
                switch (member) {
                    case "frequency" -> step = step(name);
                    case "start" -> start = time(member);
                    case "data" -> data(name);
                    default -> parser.skipChildren();
                }
            }
            if (step == null || start == null) {
                throw new MalformedException("metric '" + name + "' lacks its frequency or its start");
            }
            series.add(data.series(name, scope, start, step));
        }

        private void data(String metric) throws MalformedException, IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new MalformedException("the data of metric '" + metric + "' is no array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonToken token = parser.currentToken();
                if (token == JsonToken.VALUE_NULL) {
                    data.skip();
                } else if (token != null && token.isNumeric()) {
                    data.add(parser.getDoubleValue());
                } else {
                    throw new MalformedException("the data of metric '" + metric + "' has something that is no number");
                }
            }
        }

        private long step(String metric) throws MalformedException, IOException {
            try {
                long millis = parser.currentToken() == JsonToken.VALUE_STRING
                        ? Duration.parse(parser.getText()).toMillis()
                        : requireNumber("frequency");
                if (millis > 0) {
                    return millis;
                }
            } catch (DateTimeException | ArithmeticException e) {
                // rejected below
            }
            throw new MalformedException("metric '" + metric + "' has no frequency above 0");
        }

        private Instant time(String name) throws MalformedException, IOException {
            Instant time;
            try {
                time = parser.currentToken() == JsonToken.VALUE_STRING
                        ? Instant.parse(parser.getText())
                        : Instant.ofEpochMilli(requireNumber(name));
            } catch (DateTimeException e) {
                throw new MalformedException("'" + name + "' is no time: " + parser.getText());
            }
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                throw new MalformedException(
                        "'" + name + "' is not between " + EARLIEST + " and " + LATEST + ": " + parser.getText());
            }
            return time;
        }

        private long requireNumber(String name) throws MalformedException, IOException {
            JsonToken token = parser.currentToken();
            if (token == null || !token.isNumeric()) {
                throw new MalformedException("'" + name + "' is neither a number nor a text");
            }
            return parser.getLongValue();
        }

        private void requireObject(String name) throws MalformedException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new MalformedException("'" + name + "' is no object");
            }
        }
    }
}
