package io.sexton.cli.lines;

/** What one line of a file turned out to be. Empty lines are nothing and are passed over, but they count as lines. */
public sealed interface JsonLine {

    /** The number of the line in its file; the first is 1. */
    long number();

    /** A record, whole and readable. Whether its event is a valid one is for the fold to judge. */
    record Entry(long number, JsonRecord record) implements JsonLine {}

    /**
     * A record whose value is not what its topic carries: a field or an enum's name that this version does not know, a
     * number out of its range, no object at all. Who reads on without it must take into account that something was
     * said here (I5), hence the record.
     *
     * @param record has as its value bytes that are certainly no message: a zero byte, then the line's text of the value
     * @param problem why the value cannot be read, on one line
     */
    record Unreadable(long number, JsonRecord record, String problem) implements JsonLine {}

    /**
     * Not a record: not JSON, or not the JSON of a record, or not in its place in the log.
     *
     * @param problem what is wrong, on one line
     */
    record Broken(long number, String problem) implements JsonLine {}
}
