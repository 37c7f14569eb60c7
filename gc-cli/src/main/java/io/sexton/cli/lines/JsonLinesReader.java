package io.sexton.cli.lines;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON lines (design, section 10), plain, gzip or zstd. The file format is described in
 * {@code docs/json-lines.md}.
 *
 * <p>An unreadable line is returned as such, with its number, and the lines after it are read. Only an error of the
 * medium, damaged compression among them, ends the reading with an {@link IOException}; lines returned before it are
 * valid.
 *
 * <p>Offsets of a topic's partition only grow; a line with a lower one is {@linkplain JsonLine.Broken broken}. Where
 * lines name no offset, an unreadable one takes up one as well, so that the records after it have the same offsets once
 * it is corrected.
 *
 * <p>Not thread safe.
 */
public final class JsonLinesReader implements Closeable {

    private final LineSplitter lines;
    private final Map<TopicPartition, Long> lastOffsets = new HashMap<>();

    /**
     * The number of lines that could not be assigned to a partition: in all, and for each partition at its last record.
     */
    private long unassigned;

    private final Map<TopicPartition, Long> unassignedBefore = new HashMap<>();

    private record TopicPartition(String topic, int partition) {}

    /** Reads from a stream, which it closes when it is closed. */
    public JsonLinesReader(InputStream in) throws IOException {
        lines = new LineSplitter(Input.unpacked(in));
    }

    /** Reads a file. */
    public static JsonLinesReader open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return new JsonLinesReader(in);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Returns the next line that is not empty, or {@code null} at the end. */
    public @Nullable JsonLine next() throws IOException {
        for (LineSplitter.Line line = lines.next(); line != null; line = lines.next()) {
            switch (line) {
                case LineSplitter.Line.Illegible(String problem) -> {
                    return broken(problem);
                }
                case LineSplitter.Line.Text(String text) -> {
                    if (!text.isBlank()) {
                        return parse(text);
                    }
                }
            }
        }
        return null;
    }

    private JsonLine parse(String text) {
        ParsedLine parsed;
        try {
            parsed = ParsedLine.of(text);
        } catch (MalformedLineException e) {
            return broken(e.problem());
        }
        TopicPartition at = new TopicPartition(parsed.topic(), parsed.partition());
        @Nullable Long last = lastOffsets.get(at);
        long offset = parsed.offset() == null ? following(at, last) : parsed.offset();
        if (last != null && offset <= last) {
            return new JsonLine.Broken(
                    lines.number(), "has offset " + offset + " after offset " + last + " of the same partition");
        }
        lastOffsets.put(at, offset);
        unassignedBefore.put(at, unassigned);
        JsonRecord record = new JsonRecord(
                parsed.topic(),
                parsed.partition(),
                offset,
                parsed.timestamp(),
                parsed.key(),
                parsed.value(),
                parsed.headers());
        return parsed.valueProblem() == null
                ? new JsonLine.Entry(lines.number(), record)
                : new JsonLine.Unreadable(lines.number(), record, parsed.valueProblem());
    }

    private long following(TopicPartition at, @Nullable Long last) {
        long brokenSince = unassigned - unassignedBefore.getOrDefault(at, 0L);
        return (last == null ? 0 : last + 1) + brokenSince;
    }

    private JsonLine broken(String problem) {
        unassigned++;
        return new JsonLine.Broken(lines.number(), problem);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
