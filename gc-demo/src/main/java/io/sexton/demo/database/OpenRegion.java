package io.sexton.demo.database;

import io.sexton.client.RegionWriter;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.RocksDbRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.TimeoutException;
import org.rocksdb.RocksDBException;

/**
 * A region as its leader has it open: on one node, in one epoch.
 *
 * <p>Writes are for one thread at a time; the rest is safe for use by any thread.
 */
final class OpenRegion implements AutoCloseable {

    private final SharedRegion shared;
    private final RocksDbRegion leader;
    private final Engine engine;

    private OpenRegion(SharedRegion shared, RocksDbRegion leader, Engine engine) {
        this.shared = shared;
        this.leader = leader;
        this.engine = engine;
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
        Manifest manifest = shared.manifestFile().load();
        Restore.into(disk, manifest, shared.store(), shared.metadata());
        RocksDbRegion leader = RocksDbRegion.open(
                node.sexton(),
                shared.id(),
                epoch,
                shared.storage(),
                disk,
                node.timeouts().ofRegion());
        boolean opened = false;
        try {
            Engine engine = Engine.open(disk, shared.workload(), manifest.sequence(), List.of(leader.listener()));
            opened = true;
            return new OpenRegion(shared, leader, engine).attached();
        } finally {
            if (!opened) {
                leader.close();
            }
        }
    }

    private OpenRegion attached() throws InterruptedException, RocksDBException {
        boolean attached = false;
        try {
            leader.attach(engine.db());
            engine.enableCompactions();
            attached = true;
            return this;
        } finally {
            if (!attached) {
                close();
            }
        }
    }

    long epoch() {
        return leader.writer().epoch();
    }

    RegionWriter writer() {
        return leader.writer();
    }

    /** Returns the number of writes of the region, in all epochs. */
    long operations() {
        return engine.operations();
    }

    /** Carries out the region's next writes. */
    void write(int count) throws RocksDBException, InterruptedException {
        leader.awaitCapacity();
        for (int i = 0; i < count; i++) {
            engine.apply(shared.workload().operation(engine.operations() + 1));
        }
    }

    /** Writes everything out to shared storage. Nothing may be written any more, and nothing changes any more. */
    void quiesce() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        leader.settle();
        engine.saveMetadata(shared.metadata());
    }

    /** Writes everything out, and ends the leadership. */
    void handOver() throws IOException, InterruptedException, RocksDBException, TimeoutException {
        leader.handOver();
        engine.saveMetadata(shared.metadata());
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

    void requireRunning() {
        leader.requireRunning();
    }

    /** Leads no more. Publishes nothing: that is for the next leader. */
    @Override
    public void close() {
        engine.close();
        leader.close();
    }
}
