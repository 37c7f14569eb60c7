package io.sexton.sources.rocksdb;

import io.sexton.client.NoticeListener;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.Subscription;
import io.sexton.proto.RegionId;
import io.sexton.v1.SnapshotRequested;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * A region that is one RocksDB database, as its leader sees it in one epoch: every SST file is copied to shared storage
 * when RocksDB has made it, the manifest there follows RocksDB's own list, and Sexton is informed of both, in the order
 * that its contract requires. The package's documentation has the steps.
 *
 * <p>Its life: {@link #open}; add {@link #listener} to RocksDB's options; open the database; {@link #attach} it. Call
 * {@link #awaitCapacity} before writes. At the end {@link #settle} or {@link #handOver}, close the database, then this.
 *
 * <p><b>Errors.</b> If a copy, a commit or a publication fails, or RocksDB reports an error, the region stops: nothing
 * more of this epoch is committed or published. RocksDB itself goes on, on its local disk alone, so the owner has to
 * close it. {@link #stopped} and every method that throws {@link RegionStoppedException} report this. Shared storage has
 * an older manifest then, which is whole. Opening the region in a higher epoch, with the same local database, brings it
 * up to date.
 *
 * <p>Safe for use by any thread.
 */
public final class RocksDbRegion implements AutoCloseable {

    /** With more steps behind RocksDB than this, writes wait. */
    private static final int LONGEST_BACKLOG = 60;

    /** Within the directory that the owner has named, so that nothing of the owner's is ever deleted. */
    private static final String UPLOADS = "sexton-uploads";

    private static final Duration UNLIMITED = Duration.ofDays(10_000);

    static {
        // The listener is made before the first class of RocksDB that would load it.
        RocksDB.loadLibrary();
    }

    private final RegionWriter writer;
    private final SharedStorageCommits commits;
    private final RegionLeader leader;
    private final RocksDbListener listener;
    private final Subscription notices;
    private final RegionTimeouts timeouts;
    private volatile @Nullable RocksDB database;
    private boolean quiet;

    private RocksDbRegion(
            RegionWriter writer,
            SharedStorageCommits commits,
            RegionLeader leader,
            RocksDbListener listener,
            Subscription notices,
            RegionTimeouts timeouts) {
        this.writer = writer;
        this.commits = commits;
        this.leader = leader;
        this.listener = listener;
        this.notices = notices;
        this.timeouts = timeouts;
    }

    /**
     * Opens the region as its leader and publishes that.
     *
     * <p>WARNING: the owner elects the leader. From this call on no other may commit to {@code storage}, as its commit
     * would be lost, or this one's; {@link ManifestStore#commit} may refuse it.
     *
     * @param epoch above that of every leader before, and above 0; an epoch is never opened twice
     * @param local a directory on the file system of RocksDB's own files, for second names of finished files. Those that
     *     an earlier leader has left there are removed
     * @throws IOException if the manifest cannot be loaded or the local directory not be used
     * @throws io.sexton.client.PublishException if the log does not acknowledge the opening, or the notices cannot be
     *     read in time. Nothing else has changed
     */
    public static RocksDbRegion open(
            SextonClient client,
            RegionId region,
            long epoch,
            RegionStorage storage,
            Path local,
            RegionTimeouts timeouts)
            throws IOException, InterruptedException {
        Path uploads = emptyDirectory(local.resolve(UPLOADS));
        Manifest manifest = storage.manifest().load();
        // First in its epoch: what was on its way from an earlier leader is refused from here on.
        RegionWriter writer = client.publisher().openRegion(region, epoch, storage.settings(), manifest.version());
        SharedStorageCommits commits = new SharedStorageCommits(writer, client.pins(), storage, manifest, timeouts);
        RegionLeader leader =
                RegionLeader.start("leader of " + region + " in epoch " + Long.toUnsignedString(epoch), commits);
        Subscription notices = client.notices().subscribe(region, new SnapshotRequests(leader));
        boolean opened = false;
        try {
            notices.awaitReady(timeouts.answer());
            if (manifest.version() > 0) {
                // A request to an earlier leader may have come when it listened no more, and the next comes in an hour.
                leader.snapshotRequested();
            }
            RocksDbListener listener = new RocksDbListener(uploads, leader::accept);
            opened = true;
            return new RocksDbRegion(writer, commits, leader, listener, notices, timeouts);
        } finally {
            if (!opened) {
                notices.close();
                leader.close(timeouts.answer());
                writer.close();
            }
        }
    }

    private static Path emptyDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return directory;
    }

    /** Returns the listener for {@code Options.setListeners}. It belongs to this region, which closes it. */
    public AbstractEventListener listener() {
        return listener;
    }

    /**
     * Connects the open database, and brings shared storage up to date with it: files that it has and the manifest has
     * not are copied and committed, and files that it has no more are removed, in one edit. A new database has none; one
     * that existed before has all; after a crash it is what the last leader had not finished.
     *
     * <p>RocksDB's background work is paused meanwhile, so a long copy holds back writes. To keep it short, open the
     * database with automatic compactions disabled, and enable them afterwards.
     *
     * @param database opened with {@link #listener}; the default column family only, without blob files
     * @throws RegionStoppedException if that failed. In particular: the database has fewer writes than shared storage, so
     *     it is not the region's; the manifest is unchanged then. Restore it from the files of the manifest first
     * @throws IllegalStateException if a database was attached before
     */
    public synchronized void attach(RocksDB database) throws RocksDBException, InterruptedException {
        if (this.database != null) {
            throw new IllegalStateException("a database is attached already");
        }
        this.database = database;
        database.pauseBackgroundWork();
        try {
            // All callbacks of earlier work have returned, and the list changes no more.
            List<LocalFile> live = liveFiles(database);
            long sequence = database.getLatestSequenceNumber();
            leader.run(() -> commits.adopt(live, sequence), UNLIMITED);
            listener.begin();
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        } finally {
            database.continueBackgroundWork();
        }
    }

    private static List<LocalFile> liveFiles(RocksDB database) {
        return database.getLiveFilesMetaData().stream()
                .map(RocksDbRegion::local)
                .toList();
    }

    private static LocalFile local(LiveFileMetaData file) {
        String name = file.fileName().replace("/", "");
        return new LocalFile(name, Path.of(file.path(), name), file.size(), file.largestSeqno());
    }

    /**
     * Waits while shared storage is far behind RocksDB. Call it before each batch of writes: RocksDB is faster than
     * shared storage, and files that are not copied yet take space on the local disk.
     *
     * @throws RegionStoppedException if the region has stopped: a further write would stay on the local disk
     * @throws IllegalStateException if no database is attached, so that nothing follows it
     */
    public void awaitCapacity() throws InterruptedException {
        var unused = attached();
        leader.awaitBacklog(LONGEST_BACKLOG);
    }

    private RocksDB attached() {
        RocksDB found = database;
        if (found == null) {
            throw new IllegalStateException("no database is attached");
        }
        return found;
    }

    /** @throws RegionStoppedException if the region has stopped */
    public void requireRunning() {
        leader.requireRunning();
    }

    /**
     * Returns a future that completes with the reason when the region stops by a failure, and never otherwise. The
     * region's thread completes it, so dependent stages must not block.
     */
    public CompletableFuture<RegionStoppedException> stopped() {
        return leader.stopped().copy();
    }

    /** Requests a snapshot of the manifest for Sexton, as after a repair. Never blocks. Sexton's own need no call. */
    public void requestSnapshot() {
        leader.snapshotRequested();
    }

    /**
     * Returns the publisher of the region's other events: that it is dropped, or compactions that other nodes run.
     *
     * <p>WARNING: publish no manifest edit with it, neither alone nor with a compaction. The edits of this region are in
     * the order of its own commits.
     */
    public RegionWriter writer() {
        return writer;
    }

    /**
     * Flushes RocksDB, pauses its background work, and waits until shared storage has all of it. Nothing may be written
     * during or after this call. Requests for snapshots are still served.
     *
     * @throws RegionStoppedException if the region has stopped, or RocksDB's list has changed in a way that no callback
     *     has reported
     * @throws TimeoutException if it takes longer than {@link RegionTimeouts#settling}; it continues, and this may be
     *     called again
     */
    public synchronized void settle() throws InterruptedException, RocksDBException, TimeoutException {
        RocksDB settling = attached();
        if (!quiet) {
            try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
                settling.flush(flush);
            }
            settling.pauseBackgroundWork();
            quiet = true;
        }
        List<String> live = liveFiles(settling).stream().map(LocalFile::name).toList();
        leader.run(() -> commits.requireSettled(live), timeouts.settling());
    }

    /**
     * Settles, and accepts no request for a snapshot before it does: the pending ones are published by then, and no
     * event of this epoch follows the opening by the next leader. Otherwise as {@link #settle}.
     */
    public void handOver() throws InterruptedException, RocksDBException, TimeoutException {
        notices.close();
        settle();
    }

    /**
     * Ends the leadership. Publishes nothing: that is for the next leader. What is not on shared storage yet stays on
     * the local disk, for the next {@link #attach}. Close the database first. Waits for the step that is under way, at
     * most {@link RegionTimeouts#answer}.
     */
    @Override
    public void close() {
        notices.close();
        leader.close(timeouts.answer());
        writer.close();
        listener.close();
    }

    /** The receiver of Sexton's requests for a snapshot. */
    private record SnapshotRequests(RegionLeader leader) implements NoticeListener {
        @Override
        public void onSnapshotRequested(SnapshotRequested request) {
            leader.snapshotRequested();
        }

        @Override
        public void onMissed(String why) {
            // A request may have been among them, and the next comes in an hour.
            leader.snapshotRequested();
        }
    }
}
