package io.sexton.cli.lines;

/** The result of reading one line of a file. Empty lines are skipped, but counted. */
public sealed interface JsonLine {

    /** Returns the number of the line in its file; the first is 1. */
    long number();

    /** A record, whole and readable. Whether its event is a valid one is for the fold to judge. */
    record Entry(long number, JsonRecord record) implements JsonLine {}

    /**
     * A record whose value does not match its topic: a field or an enum's name that this version does not know, a
     * number out of its range, no object. A fold must count it as an unreadable record (I5), hence the record.
     *
     * @param record its value is bytes that are certainly no message: a zero byte, then the line's text of the value
     * @param problem why the value cannot be read, on one line
     */
    record Unreadable(long number, JsonRecord record, String problem) implements JsonLine {}

    /**
     * No record: not JSON, or not the JSON of a record, or at a wrong offset.
     *
     * @param problem what is wrong, on one line
     */
    record Broken(long number, String problem) implements JsonLine {}
}
