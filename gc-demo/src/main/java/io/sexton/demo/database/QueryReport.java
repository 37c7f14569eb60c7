package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The result of one long query.
 *
 * @param version the version of the manifest that it read
 * @param files the files of that version
 * @param reads the files that it read, with the time of the reading, in that order
 * @param rejections how many pins Sexton rejected before it accepted this one
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

    /** The end of a query. */
    public sealed interface Ending {}

    /** It has read all files, and found the expected rows. */
    public record Answered(long rows) implements Ending {}

    /** It died before its end, without an event. */
    public record Died() implements Ending {}

    /** Its pin was no longer certain, so it stopped. */
    public record GaveUp(String why) implements Ending {}

    /** Its pin was valid, and a file was missing. */
    public record MetMissingFile(FilePath path) implements Ending {}

    /** It read wrong data. */
    public record MetWrongData(String detail) implements Ending {}

    public QueryReport {
        files = Set.copyOf(files);
        reads = List.copyOf(reads);
    }
}
