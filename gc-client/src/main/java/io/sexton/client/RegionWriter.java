package io.sexton.client;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.EventRejected;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.RegionRestored;
import io.sexton.v1.WriteFailed;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Speaks for one region as its leader, in one epoch. {@link LifecyclePublisher#openRegion} makes it, and has published
 * the epoch's {@code RegionOpened} by then.
 *
 * <p><b>Order.</b> Manifest edits, those of compactions included, and drops are in the log in the order of the calls,
 * which must be the order of the commits: call inside the lock under which the manifest is committed. Where an
 * acknowledgement fails to come, or an edit cannot be published at all, every later one fails until {@link #reopen}: an
 * edit that is missing in silence could make a live file look obsolete (I1, I5).
 *
 * <p>Safe for use by any thread. Closing publishes nothing.
 */
public final class RegionWriter implements AutoCloseable {

    private final ClientParts parts;
    private final RegionId region;
    private final long epoch;
    private final RegionSettings settings;
    private final SendOrder order = new SendOrder();
    private final Set<CompactionScope> compactions = ConcurrentHashMap.newKeySet();
    private final NoticeRouter.Following notices;

    /** Guards the chain, and that events are handed to the producer in its order. */
    private final Object commitOrder = new Object();

    private ManifestChain chain;
    private volatile boolean closed;

    private RegionWriter(
            ClientParts parts, RegionId region, long epoch, RegionSettings settings, long manifestVersion) {
        this.parts = parts;
        this.region = region;
        this.epoch = epoch;
        this.settings = settings;
        this.chain = new ManifestChain(manifestVersion);
        this.notices = parts.notices().follow(region, new RejectionWatch());
    }

    static RegionWriter open(
            ClientParts parts, RegionId region, long epoch, RegionSettings settings, long manifestVersion)
            throws InterruptedException {
        if (epoch == 0) {
            throw new InvalidEventException("epoch", "is 0, but a leader's is above");
        }
        RegionWriter writer = new RegionWriter(parts, region, epoch, settings, manifestVersion);
        boolean opened = false;
        try {
            writer.notices.awaitReady(parts.answerTimeout());
            Futures.await(writer.sendOpened(manifestVersion));
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                writer.close();
            }
        }
    }

    /** The region that this speaks for. */
    public RegionId region() {
        return region;
    }

    /** The leader generation that this speaks in. */
    public long epoch() {
        return epoch;
    }

    /** The manifest version of the edit that was handed over last, or that the region was opened with. */
    public long publishedVersion() {
        synchronized (commitOrder) {
            return chain.version();
        }
    }

    /**
     * Publishes a manifest edit. Call it after its commit and in the order of the commits: an edit of a commit that
     * then fails would make live files obsolete.
     *
     * @return its place in the log; until then keep the pins that protect what it adds
     * @throws OutOfOrderEditException if it does not follow the edit before it; nothing is sent
     * @throws InvalidEventException if it breaks a rule or is too large for a record. Nothing is sent, and since the
     *     commit has happened the region needs {@link #reopen} and a snapshot
     */
    public CompletableFuture<LogPosition> edit(ManifestEdit edit) {
        return commit(event().setManifestEdit(edit).build(), edit);
    }

    /**
     * Says that a file is about to be written; as {@link LifecyclePublisher#fileWritten}, but by the leader.
     *
     * @throws PublishException if no acknowledgement came: do not write the file
     */
    public WrittenFile fileWritten(FileRef file) throws InterruptedException {
        RegionEvent event =
                event().setFileWritten(FileWritten.newBuilder().setFile(file)).build();
        long before = parts.clock().nanoTime();
        LogPosition position = Futures.await(parts.sender().send(event));
        return new WrittenFile(file, position, parts.clock(), before, parts.orphanLinger());
    }

    /**
     * Says that files were not and will not be committed.
     *
     * <p>WARNING: only when the commit has certainly failed, never when its outcome is unknown (I1).
     */
    public CompletableFuture<LogPosition> writeFailed(Collection<FilePath> paths, String error) {
        return parts.sender()
                .send(event().setWriteFailed(WriteFailed.newBuilder()
                                .addAllPaths(paths.stream().map(FilePath::value).toList())
                                .setError(error))
                        .build());
    }

    /**
     * Starts a compaction, or starts one of an earlier epoch again to take it over. Returns once that is acknowledged:
     * only then may the first byte of a temporary file be written.
     *
     * @param compactionId unique in the region, for ever
     * @param tempFiles every file that it may write
     * @param timeout how long it may take until its commit; count in what {@link CompactionScope#mayCommit} keeps back
     * @throws PublishException if no acknowledgement came: do not start
     */
    public CompactionScope startCompaction(String compactionId, Collection<FilePath> tempFiles, Duration timeout)
            throws InterruptedException {
        CompactionScope scope = new CompactionScope(this, parts, compactionId, timeout);
        compactions.add(scope);
        boolean started = false;
        try {
            scope.renew(tempFiles);
            started = true;
            return scope;
        } finally {
            if (!started) {
                compactions.remove(scope);
            }
        }
    }

    /** Announces and publishes what the manifest names. */
    public SnapshotWriter snapshot() {
        return new SnapshotWriter(this, parts);
    }

    /** Publishes that the region was dropped. */
    public CompletableFuture<LogPosition> drop() {
        return ordered(
                event().setRegionDropped(RegionDropped.getDefaultInstance()).build());
    }

    /** Publishes that a drop is taken back. */
    public CompletableFuture<LogPosition> restore() {
        return ordered(
                event().setRegionRestored(RegionRestored.getDefaultInstance()).build());
    }

    /** Why edits are refused now, if they are. */
    public Optional<PublishException> failure() {
        return order.failure();
    }

    /**
     * Goes on after a failed or skipped edit: opens the region once more in this epoch, at the version that the
     * manifest has now, which is a gap to the fold. Returns once that is acknowledged. Nothing of the region is
     * condemned until a snapshot follows; a manifest without versions shows no gap, so publish one in any case.
     *
     * <p>A version does not go down within an epoch: where the manifest was restored to an earlier one, take over in a
     * higher epoch ({@link LifecyclePublisher#openRegion}).
     *
     * @param manifestVersion at or above {@link #publishedVersion}
     * @throws InvalidEventException if it is below; nothing is sent, and edits stay refused
     * @throws PublishException if no acknowledgement came; edits stay refused
     */
    public void reopen(long manifestVersion) throws InterruptedException {
        CompletableFuture<LogPosition> opened;
        synchronized (commitOrder) {
            chain.checkReopening(manifestVersion);
            order.reset();
            chain = new ManifestChain(manifestVersion);
            opened = sendOpened(manifestVersion);
        }
        Futures.await(opened);
    }

    /** No longer leader: every later call fails, and no compaction of this may commit. Publishes nothing. */
    @Override
    public void close() {
        closed = true;
        compactions.clear();
        notices.close();
    }

    boolean isClosed() {
        return closed;
    }

    RegionEvent.Builder event() {
        if (closed) {
            throw new IllegalStateException(
                    "no longer leader of region " + region + " in epoch " + Long.toUnsignedString(epoch));
        }
        return parts.sender().event(region, epoch);
    }

    CompletableFuture<LogPosition> commit(RegionEvent event, ManifestEdit edit) {
        synchronized (commitOrder) {
            if (order.failure().isEmpty()) {
                chain.check(edit);
            }
            CompletableFuture<LogPosition> appended = ordered(event);
            if (order.failure().isEmpty()) {
                chain.advance(edit);
            }
            return appended;
        }
    }

    CompletableFuture<LogPosition> ordered(RegionEvent event) {
        synchronized (commitOrder) {
            try {
                return parts.sender().send(event, order);
            } catch (InvalidEventException e) {
                // The commit that it tells of has happened: what follows stands behind a gap.
                order.fail(new PublishException("an event could not be published", e));
                throw e;
            }
        }
    }

    void refuseBehindGap() {
        order.failure().ifPresent(failure -> {
            throw new PublishException("nothing was sent: reopen the region first", failure);
        });
    }

    void ended(CompactionScope scope) {
        compactions.remove(scope);
    }

    private CompletableFuture<LogPosition> sendOpened(long manifestVersion) {
        return ordered(event().setRegionOpened(RegionOpened.newBuilder()
                        .setStore(settings.store())
                        .setRoot(settings.root())
                        .setManifestVersion(manifestVersion)
                        .setRetentionOnly(settings.retentionOnly()))
                .build());
    }

    /** Tells the running compactions which of their paths the fold has rejected. */
    private final class RejectionWatch implements NoticeRouter.Handler {
        @Override
        public void notice(LogPosition at, Notice notice) {
            if (notice.hasEventRejected()) {
                EventRejected rejected = notice.getEventRejected();
                compactions.forEach(scope -> scope.rejected(rejected));
            }
        }

        @Override
        public void gap(String why) {
            compactions.forEach(CompactionScope::rejectionsUnknown);
        }
    }
}
