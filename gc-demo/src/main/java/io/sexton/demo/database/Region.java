package io.sexton.demo.database;

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

    /** Returns its state on shared storage. */
    public SharedRegion shared() {
        return shared;
    }

    /** Carries out the next writes; waits while the region moves. */
    public synchronized void write(int count) throws RocksDBException, InterruptedException {
        open.write(count);
    }

    /** Returns the number of completed writes. */
    public synchronized long operations() {
        return open.operations();
    }

    /**
     * Moves the region to another node, which has only its state on shared storage.
     *
     * <p>The exclusive lock prevents deletions meanwhile (I4). The files are live, so Sexton would not delete them
     * anyway; but a move may also use files that Sexton does not know, and those only the lock protects.
     *
     * @param atLeast minimum length of the move, as if there were more data to move
     * @return the time in which the lock was certainly held
     * @throws LockUnavailableException if the region's lock was not acquired; nothing has changed then
     */
    public Locked migrate(DatabaseNode target, Duration atLeast)
            throws IOException, InterruptedException, LockUnavailableException, RocksDBException, TimeoutException {
        LockOptions exclusive = LockOptions.of(
                        LockMode.EXCLUSIVE, "migration", target.timeouts().lease())
                .maxWait(target.timeouts().lock());
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

    /**
     * Waits while the lock is held. A lost lock stays lost, so a lock that is held now was held all the time before.
     */
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
     * Delegates a compaction to a node that is lost before its result is known.
     *
     * @param timeout after which Sexton may count the compaction as dead
     * @return the files that it left in the store
     */
    public Set<FilePath> loseCompaction(Duration timeout) throws IOException, InterruptedException, RocksDBException {
        OpenRegion leader;
        synchronized (this) {
            leader = open;
        }
        return new LostCompaction(shared, leader.writer(), timeout).run();
    }

    /** Writes everything out to shared storage; nothing may be written any more, and nothing changes any more. */
    public synchronized void quiesce() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        open.quiesce();
    }

    /** Returns RocksDB's own list of the files that the region consists of. */
    public synchronized NavigableSet<String> liveFiles() {
        return open.liveFiles();
    }

    /** Returns the path of a live file on the disk of the leading node. */
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
