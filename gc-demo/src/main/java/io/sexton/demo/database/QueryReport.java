package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What one long query met.
 *
 * @param version the version of the manifest that it read
 * @param files the files of that version
 * @param reads the files that it read, with the time of the reading, in that order
 * @param rejections how many pins Sexton refused before it accepted this one
 */
public record QueryReport(
        String readerId,
        String region,
        long version,
        Set<FilePath> files,
        List<Read> reads,
        int rejections,
        Ending ending) {

    /** A file that was read from the store, whole. */
    public record Read(FilePath path, Instant at) {}

    /** How a query ended. */
    public sealed interface Ending {}

    /** It has read all, and found what it should. */
    public record Answered(long rows) implements Ending {}

    /** It died on the way, and told nobody. */
    public record Died() implements Ending {}

    /** It could no longer be sure that its files stay, so it gave up. */
    public record GaveUp(String why) implements Ending {}

    /** It was sure of its files, and one was not there. */
    public record MetMissingFile(FilePath path) implements Ending {}

    /** What it read is wrong. */
    public record MetWrongData(String detail) implements Ending {}

    public QueryReport {
        files = Set.copyOf(files);
        reads = List.copyOf(reads);
    }
}
