package io.sexton.demo.database;

import java.time.Duration;

/**
 * How long a node of the database waits for Sexton.
 *
 * @param answer for a verdict or an admission
 * @param compaction how long a compaction of RocksDB may take, uploads included, before it is renewed
 * @param settling until all that RocksDB has done is on shared storage and published
 * @param lease of the lock under which a region moves
 * @param lock for that lock
 */
public record Patience(Duration answer, Duration compaction, Duration settling, Duration lease, Duration lock) {

    /**
     * Where Sexton is in the same process, and nothing goes wrong around it. Nothing takes so long there; but a machine
     * that is busy with other things may stand still for seconds.
     */
    public static final Patience SHORT = new Patience(
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));
}
