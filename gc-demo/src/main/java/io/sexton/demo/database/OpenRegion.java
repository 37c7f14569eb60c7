package io.sexton.demo.database;

import io.sexton.client.NoticeListener;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.Subscription;
import io.sexton.v1.SnapshotRequested;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.concurrent.TimeoutException;
import org.rocksdb.RocksDBException;

/**
 * A region as its leader has it open: on one node, in one epoch.
 *
 * <p>Writes are for one thread at a time; the rest is safe for use by any thread.
 */
final class OpenRegion implements AutoCloseable {

    /** With more steps behind RocksDB than this, writes wait. */
    private static final int LONGEST_BACKLOG = 60;

    private final SharedRegion shared;
    private final RegionWriter writer;
    private final RegionLeader leader;
    private final Subscription notices;
    private final Engine engine;
    private final Duration quiescing;

    private OpenRegion(
            SharedRegion shared,
            RegionWriter writer,
            RegionLeader leader,
            Subscription notices,
            Engine engine,
            Duration quiescing) {
        this.shared = shared;
        this.writer = writer;
        this.leader = leader;
        this.notices = notices;
        this.engine = engine;
        this.quiescing = quiescing;
    }

    /**
     * Opens a region from the files that the manifest names and the engine metadata of the last leader.
     *
     * @param node of the new leader
     * @param epoch above that of every leader before
     */
    static OpenRegion open(SharedRegion shared, DatabaseNode node, long epoch)
            throws IOException, InterruptedException, RocksDBException {
        Path disk = node.directory(shared, epoch);
        SextonClient client = node.sexton();
        Manifest manifest = shared.manifestFile().load();
        Restore.into(disk, manifest, shared.store(), shared.metadata());
        // First in its epoch: what was on its way from an earlier leader is refused from here on.
        RegionWriter writer = client.publisher().openRegion(shared.id(), epoch, shared.settings(), manifest.version());
        RegionLeader leader = RegionLeader.start(
                "leader of " + shared.id() + " in epoch " + epoch,
                new SharedStorageCommits(
                        writer, client.pins(), shared.store(), shared.manifestFile(), manifest, node.timeouts()));
        Subscription notices = client.notices().subscribe(shared.id(), new NoticeListener() {
            @Override
            public void onSnapshotRequested(SnapshotRequested request) {
                leader.snapshotRequested();
            }

            @Override
            public void onMissed(String why) {
                // A request may have been among them, and the next comes in an hour.
                leader.snapshotRequested();
            }
        });
        boolean opened = false;
        try {
            notices.awaitReady(node.timeouts().answer());
            Engine engine = Engine.open(disk, shared.workload(), manifest.operations(), leader::accept);
            opened = true;
            return new OpenRegion(
                    shared, writer, leader, notices, engine, node.timeouts().quiescing());
        } finally {
            if (!opened) {
                notices.close();
                leader.close();
                writer.close();
            }
        }
    }

    long epoch() {
        return writer.epoch();
    }

    RegionWriter writer() {
        return writer;
    }

    /** Returns the number of writes of the region, in all epochs. */
    long operations() {
        return engine.operations();
    }

    /**
     * Carries out the region's next writes.
     *
     * @throws IllegalStateException if its leader has failed
     */
    void write(int count) throws RocksDBException, InterruptedException {
        leader.requireRunning();
        while (leader.backlog() > LONGEST_BACKLOG) {
            // RocksDB is faster than shared storage: what it has not there yet must not grow without a bound.
            Thread.sleep(10);
            leader.requireRunning();
        }
        for (int i = 0; i < count; i++) {
            engine.apply(shared.workload().operation(engine.operations() + 1));
        }
    }

    /** Writes everything out to shared storage. Nothing may be written any more, and nothing changes any more. */
    void quiesce() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        engine.quiesce();
        leader.drain(quiescing);
        engine.saveMetadata(shared.metadata());
    }

    /**
     * Settles, and ends the leadership. It accepts no snapshot requests before it settles: the pending ones are
     * published by then, and no event of this epoch follows the opening by the next leader.
     */
    void handOver() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        notices.close();
        quiesce();
        close();
    }

    /** Returns RocksDB's own list of live files. */
    NavigableSet<String> liveFiles() {
        return engine.liveFiles();
    }

    /** Returns the local path of a live file. */
    Path local(String name) {
        return engine.local(name);
    }

    /** @throws IllegalStateException if its leader has failed */
    void requireRunning() {
        leader.requireRunning();
    }

    /** Leads no more. Publishes nothing: that is for the next leader. */
    @Override
    public void close() {
        notices.close();
        engine.close();
        leader.close();
        writer.close();
    }
}
