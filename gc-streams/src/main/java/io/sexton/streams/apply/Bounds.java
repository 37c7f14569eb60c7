package io.sexton.streams.apply;

/**
 * The upper bounds on the work of one record. They are part of the fold: a log replays to the same bytes only under the
 * same bounds (I8).
 *
 * @param looks due entries that one tick examines at most (design, section 7)
 * @param moves files that one record moves at most, beyond those that it names and those that a tick finds due
 */
record Bounds(int looks, int moves) {
    static final Bounds DEFAULT = new Bounds(10_000, 20_000);
}
