package io.sexton.cli.demo.database;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.proto.FilePath;
import io.sexton.v1.LockMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.rocksdb.RocksDBException;

/**
 * A region of the database, wherever it is led at the time.
 *
 * <p>Safe for use by any thread: a write that comes while the region moves waits for the new leader.
 */
public final class Region implements AutoCloseable {

    private final SharedRegion shared;
    private OpenRegion open;

    private Region(SharedRegion shared, OpenRegion open) {
        this.shared = shared;
        this.open = open;
    }

    /** Opens a new region on a node, in its first epoch. */
    public static Region open(SharedRegion shared, DatabaseNode node)
            throws IOException, InterruptedException, RocksDBException {
        long epoch = 1;
        return new Region(shared, OpenRegion.open(shared, node, epoch));
    }

    /** What of it is on shared storage. */
    public SharedRegion shared() {
        return shared;
    }

    /** Carries out the next writes; waits while the region moves. */
    public synchronized void write(int count) throws RocksDBException, InterruptedException {
        open.write(count);
    }

    /** How many writes were carried out. */
    public synchronized long operations() {
        return open.operations();
    }

    /**
     * Moves the region to another node, which has nothing of it but what is on shared storage.
     *
     * <p>The exclusive lock keeps garbage collection away meanwhile (I4). The files are live, and Sexton would not
     * touch them anyway; but a move may also do what Sexton does not know of, and then this is what makes it safe.
     *
     * @param atLeast how long the move takes, as if there were more to move
     * @return when the lock was certainly held
     * @throws LockUnavailableException if the region's lock could not be had; nothing has changed then
     */
    public Locked migrate(DatabaseNode target, Duration atLeast)
            throws IOException, InterruptedException, LockUnavailableException, RocksDBException, TimeoutException {
        LockOptions exclusive = LockOptions.of(
                        LockMode.EXCLUSIVE, "migration", target.patience().lease())
                .maxWait(target.patience().lock());
        try (RegionLock lock = target.sexton().locks().acquire(shared.id(), exclusive)) {
            Instant from = Instant.now();
            synchronized (this) {
                long epoch = open.epoch() + 1;
                open.handOver();
                open = OpenRegion.open(shared, target, epoch);
            }
            return hold(lock, from, from.plus(atLeast));
        }
    }

    /** A lock that was lost stays lost. So where it is held now, it was held all the time before. */
    private static Locked hold(RegionLock lock, Instant from, Instant atLeast) throws InterruptedException {
        Instant held = from;
        while (held.isBefore(atLeast)) {
            Thread.sleep(20);
            Instant now = Instant.now();
            if (!lock.isHeld()) {
                return new Locked(lock.region(), from, held, false);
            }
            held = now;
        }
        return new Locked(lock.region(), from, held, true);
    }

    /**
     * Has a node compact for the leader, and loses that node before anyone learns of its work.
     *
     * @param timeout after which Sexton may take the compaction for dead
     * @return what it left in the store
     */
    public Set<FilePath> loseCompaction(Duration timeout) throws IOException, InterruptedException, RocksDBException {
        OpenRegion leader;
        synchronized (this) {
            leader = open;
        }
        return new LostCompaction(shared, leader.writer(), timeout).run();
    }

    /** Writes everything out to shared storage; nothing may be written any more, and nothing changes any more. */
    public synchronized void settle() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        open.settle();
    }

    /** RocksDB's own list of the files that the region consists of. */
    public synchronized NavigableSet<String> liveFiles() {
        return open.liveFiles();
    }

    /** A live file on the disk of the node that leads. */
    public synchronized Path local(String name) {
        return open.local(name);
    }

    /** @throws IllegalStateException if its leader has failed */
    public synchronized void requireRunning() {
        open.requireRunning();
    }

    @Override
    public synchronized void close() {
        open.close();
    }
}
