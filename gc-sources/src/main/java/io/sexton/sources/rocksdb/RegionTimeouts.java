package io.sexton.sources.rocksdb;

import java.time.Duration;

/**
 * The time limits of a region.
 *
 * @param answer for an answer of Sexton: a verdict on a pin, an admission of a compaction, the first notices. Longer than
 *     gc-streams takes to restart. When it passes, the region stops
 * @param compaction after which Sexton counts a compaction as dead. A running one is renewed when half of it is left, so
 *     this bounds how long its files stay after a crash, not how long it may take
 * @param settling for {@link RocksDbRegion#settle}, until shared storage has what RocksDB has
 */
public record RegionTimeouts(Duration answer, Duration compaction, Duration settling) {

    /** Limits that fit a database whose files take minutes to copy, not hours. */
    public static final RegionTimeouts DEFAULT =
            new RegionTimeouts(Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofMinutes(10));

    /** @throws IllegalArgumentException if one is not above zero */
    public RegionTimeouts {
        requirePositive("answer", answer);
        requirePositive("compaction", compaction);
        requirePositive("settling", settling);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("the time limit '" + name + "' is " + value + ", not above zero");
        }
    }
}
