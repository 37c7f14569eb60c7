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
 * The publisher of one region's events as its leader, in one epoch. {@link LifecyclePublisher#openRegion} returns it
 * after it has published the epoch's {@code RegionOpened}.
 *
 * <p><b>Order.</b> Manifest edits, those of compactions included, and drops are in the log in the order of the calls.
 * That must be the order of the commits: call these methods inside the lock under which the manifest is committed.
 * After an edit that is not acknowledged, or that cannot be published, every later one fails until {@link #reopen},
 * because an edit that is missing unnoticed could make a live file look obsolete (I1, I5).
 *
 * <p><b>Errors.</b> Futures fail with a {@link PublishException}. After {@link #close} every method that publishes
 * throws an {@link IllegalStateException}.
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

    /** Guards the chain, and the order in which events are passed to the producer. */
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

    /** Returns the region. */
    public RegionId region() {
        return region;
    }

    /** Returns the epoch, unsigned. */
    public long epoch() {
        return epoch;
    }

    /** Returns the manifest version of the last published edit, or the one that the region was opened with. */
    public long publishedVersion() {
        synchronized (commitOrder) {
            return chain.version();
        }
    }

    /**
     * Publishes a manifest edit. Call it after the commit, in the order of the commits. An edit that is published
     * before a commit that fails would make live files obsolete.
     *
     * @return the position in the log. Keep the pins that protect added files until it completes
     * @throws OutOfOrderEditException if it does not follow the previous edit; nothing is sent
     * @throws InvalidEventException if it breaks a rule or is too large for a record. Nothing is sent. Because it was
     *     committed, the region needs {@link #reopen} and a snapshot
     */
    public CompletableFuture<LogPosition> edit(ManifestEdit edit) {
        return commit(event().setManifestEdit(edit).build(), edit);
    }

    /**
     * Announces as leader that a file is about to be written; otherwise as {@link LifecyclePublisher#fileWritten}.
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
     * Publishes that files were not and will not be committed.
     *
     * <p>WARNING: call it only when the commit has certainly failed, never when its outcome is unknown (I1).
     */
    public CompletableFuture<LogPosition> writeFailed(Collection<FilePath> paths, String error) {
        return parts.sender()
                .send(event().setWriteFailed(WriteFailed.newBuilder()
                                .addAllPaths(paths.stream().map(FilePath::value).toList())
                                .setError(error))
                        .build());
    }

    /**
     * Starts a compaction, or takes over one of an earlier epoch by starting it again. Returns once the start is
     * acknowledged. Only then may the first byte of a temporary file be written.
     *
     * @param compactionId an id that is never used again in the region
     * @param tempFiles every file that the compaction may write
     * @param timeout upper bound on the time until the commit, above zero; allow for the margin of
     *     {@link CompactionScope#mayCommit}
     * @throws InvalidEventException if a path or the timeout breaks a rule; nothing is sent
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

    /** Returns a publisher of snapshots of the manifest. */
    public SnapshotWriter snapshot() {
        return new SnapshotWriter(this, parts);
    }

    /** Publishes that the region was dropped. */
    public CompletableFuture<LogPosition> drop() {
        return ordered(
                event().setRegionDropped(RegionDropped.getDefaultInstance()).build());
    }

    /** Publishes that a dropped region was restored. */
    public CompletableFuture<LogPosition> restore() {
        return ordered(
                event().setRegionRestored(RegionRestored.getDefaultInstance()).build());
    }

    /** Returns the failure because of which edits are rejected now, if they are. */
    public Optional<PublishException> failure() {
        return order.failure();
    }

    /**
     * Resumes after a failed or skipped edit: opens the region again in this epoch, at the current version of the
     * manifest, which the fold treats as a gap. Returns once that is acknowledged. No file of the region is condemned
     * until a snapshot follows. A manifest without versions shows no gap, so publish a snapshot in any case.
     *
     * <p>A version must not decrease within an epoch. If the manifest was restored to an earlier version, open the
     * region in a higher epoch ({@link LifecyclePublisher#openRegion}).
     *
     * @param manifestVersion the version, at or above {@link #publishedVersion}
     * @throws InvalidEventException if it is below; nothing is sent, and edits are still rejected
     * @throws PublishException if no acknowledgement came; edits are still rejected
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

    /** Ends the leadership: later calls fail, and no compaction of this writer may commit. Publishes nothing. */
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
                // The edit was committed, so later events are after a gap.
                order.fail(new PublishException("an event could not be published", e));
                throw e;
            }
        }
    }

    void rejectAfterGap() {
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

    /** The handler that passes rejections of paths to the running compactions. */
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
            compactions.forEach(CompactionScope::rejectionsMayBeMissed);
        }
    }
}
