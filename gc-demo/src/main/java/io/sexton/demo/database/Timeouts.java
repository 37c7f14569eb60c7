package io.sexton.demo.database;

import io.sexton.sources.rocksdb.RegionTimeouts;
import java.time.Duration;

/**
 * The time limits of a database node that waits for Sexton.
 *
 * @param answer for a verdict or an admission
 * @param compaction how long a compaction of RocksDB may take, uploads included, before it is renewed
 * @param quiescing until all events of RocksDB are applied to shared storage and published
 * @param lease of the lock under which a region moves
 * @param lock for that lock
 */
public record Timeouts(Duration answer, Duration compaction, Duration quiescing, Duration lease, Duration lock) {

    /**
     * The limits for Sexton in the same process, without faults. Nothing takes as long there, but a busy machine may
     * stall for seconds.
     */
    public static final Timeouts SHORT = new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));

    /** Returns the limits of a region, without those of its moves. */
    RegionTimeouts ofRegion() {
        return new RegionTimeouts(answer, compaction, quiescing);
    }
}
