package io.sexton.streams.core;

/**
 * What one record may do at most. Part of the fold: logs replay to the same bytes only under the same bounds (I8).
 *
 * @param looks the most due entries that one tick looks at (design, section 7)
 * @param moves the most files that one record moves beyond those that it names and those that a tick finds due
 */
record Bounds(int looks, int moves) {
    static final Bounds DEFAULT = new Bounds(10_000, 20_000);
}
