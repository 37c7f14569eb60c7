package io.sexton.deleter.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Ranges of offsets above a committed one whose commands are settled, with their reports published. The records in a range
 * that are no commands mean nothing. Immutable; committed with the offset, as its metadata.
 */
public final class SettledOffsets {

    /** No offsets. */
    public static final SettledOffsets NONE = new SettledOffsets(new TreeMap<>());

    private static final String VERSION = "settled-1:";
    private static final int RADIX = 36;

    /** The ranges, from the first offset of each to the one after its last; no two touch. */
    private final NavigableMap<Long, Long> ranges;

    private SettledOffsets(NavigableMap<Long, Long> ranges) {
        this.ranges = ranges;
    }

    /** Returns whether a command of this offset is settled. */
    public boolean contains(long offset) {
        Map.Entry<Long, Long> range = ranges.floorEntry(offset);
        return range != null && offset < range.getValue();
    }

    private static void add(NavigableMap<Long, Long> ranges, long from, long until) {
        long first = from;
        long end = until;
        for (Map.Entry<Long, Long> near = ranges.floorEntry(end);
                near != null && near.getValue() >= first;
                near = ranges.floorEntry(end)) {
            first = Math.min(first, near.getKey());
            end = Math.max(end, near.getValue());
            ranges.remove(near.getKey());
        }
        ranges.put(first, end);
    }

    /** A range, from its first offset to the one after its last. */
    record Range(long from, long until) {}

    /** Returns the ranges in their order; no two touch. */
    List<Range> ranges() {
        return ranges.entrySet().stream()
                .map(range -> new Range(range.getKey(), range.getValue()))
                .toList();
    }

    /** Returns the offsets of these ranges, which may overlap. */
    static SettledOffsets of(Iterable<Range> ranges) {
        TreeMap<Long, Long> joined = new TreeMap<>();
        ranges.forEach(range -> add(joined, range.from(), range.until()));
        return joined.isEmpty() ? NONE : new SettledOffsets(joined);
    }

    /** Returns the text that {@link #parse} reads: lengths of the gaps and the ranges in turn, from the offset on. */
    public String text(long nextOffset) {
        if (ranges.isEmpty()) {
            return "";
        }
        List<String> lengths = new ArrayList<>();
        long at = nextOffset;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            lengths.add(Long.toString(range.getKey() - at, RADIX));
            lengths.add(Long.toString(range.getValue() - range.getKey(), RADIX));
            at = range.getValue();
        }
        return VERSION + String.join(",", lengths);
    }

    /**
     * Returns the offsets of a text.
     *
     * @throws IllegalArgumentException if it is none of {@link #text}. WARNING: read as no offsets, commands would be carried
     *     out again whose reports are published, and their files may be live by now (I1)
     */
    public static SettledOffsets parse(long nextOffset, String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        if (!text.startsWith(VERSION)) {
            throw new IllegalArgumentException("no offsets of settled commands: " + text);
        }
        String[] lengths = text.substring(VERSION.length()).split(",", -1);
        if (lengths.length % 2 != 0) {
            throw new IllegalArgumentException("a range of settled commands has no end: " + text);
        }
        List<Range> ranges = new ArrayList<>();
        long at = nextOffset;
        for (int i = 0; i < lengths.length; i += 2) {
            long from = Math.addExact(at, positive(lengths[i]));
            at = Math.addExact(from, positive(lengths[i + 1]));
            ranges.add(new Range(from, at));
        }
        return of(ranges);
    }

    private static long positive(String length) {
        long parsed = Long.parseLong(length, RADIX);
        if (parsed < 1) {
            throw new IllegalArgumentException("a length of settled commands below 1: " + length);
        }
        return parsed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SettledOffsets settled && settled.ranges.equals(ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges().toString();
    }
}
