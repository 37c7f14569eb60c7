package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.FileChunks;
import io.sexton.client.internal.Futures;
import io.sexton.client.internal.ManifestChain;
import io.sexton.client.internal.NoticeRouter;
import io.sexton.client.internal.SendOrder;
import io.sexton.client.internal.Threads;
import io.sexton.client.spi.Deadline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.EventRejected;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.RegionRestored;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The publisher of one region's events as its leader, in one epoch. {@link LifecyclePublisher#openRegion} returns it
 * after it has published the epoch's {@code RegionOpened}.
 *
 * <p><b>Order.</b> Manifest edits, those of compactions included, and drops are in the log in the order of the calls.
 * That must be the order of the commits: call these methods inside the lock under which the manifest is committed.
 * After an edit that is not acknowledged, or that cannot be published, every later one fails until {@link #reopen},
 * because an edit that is missing unnoticed could make a live file look obsolete (I1, I5).
 *
 * <p>Safe for use by any thread. Closing publishes nothing; after {@link #close} every method that publishes throws an
 * {@link IllegalStateException}.
 *
 * @see io.sexton.client the rules for futures and failures
 */
public final class RegionWriter implements AutoCloseable {

    private static final int MAX_ANNOUNCEMENTS = 10;

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
        RegionWriter writer = unopened(parts, region, epoch, settings, manifestVersion);
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

    static CompletableFuture<RegionWriter> openAsync(
            ClientParts parts, RegionId region, long epoch, RegionSettings settings, long manifestVersion) {
        RegionWriter writer = unopened(parts, region, epoch, settings, manifestVersion);
        Threads threads = parts.threads();
        Deadline deadline = Deadline.after(parts.clock().nanoTime(), parts.answerTimeout());
        CompletableFuture<RegionWriter> opened = Futures.map(
                Futures.flatMap(
                        writer.notices.readyBefore(deadline, threads.timers()),
                        threads.sends(),
                        ready -> writer.sendOpened(manifestVersion)),
                position -> writer);
        var unused = opened.whenComplete((result, failure) -> {
            if (failure != null) {
                writer.close();
            }
        });
        return opened;
    }

    private static RegionWriter unopened(
            ClientParts parts, RegionId region, long epoch, RegionSettings settings, long manifestVersion) {
        if (epoch == 0) {
            throw new InvalidEventException("epoch", "is 0, but a leader's is above");
        }
        RegionEvent opening = opening(parts.sender().event(region, epoch), settings, manifestVersion);
        parts.sender().check(opening);
        return new RegionWriter(parts, region, epoch, settings, manifestVersion);
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
     * <p>An edit without a version that does not fit into one record is published in several, the additions first. The
     * edit of a version cannot be split.
     *
     * @return the position in the log; of the last record, if there are several. Keep the pins that protect added files
     *     until then
     * @throws VersionConflictException if it does not follow the previous edit; nothing is sent
     * @throws InvalidEventException if it breaks a rule or is too large for a record. Nothing is sent. Because it was
     *     committed, the region needs {@link #reopen} and a snapshot
     * @throws PublishException if no acknowledgement came, of this edit or an earlier one: see {@link #reopen}
     */
    public LogPosition edit(ManifestEdit edit) throws InterruptedException {
        return Futures.await(editAsync(edit));
    }

    /**
     * Publishes a manifest edit, as {@link #edit}, without blocking. Call it inside the lock of the commit, and wait
     * outside of it.
     */
    public CompletableFuture<LogPosition> editAsync(ManifestEdit edit) {
        return commit(event().setManifestEdit(edit).build(), edit);
    }

    /**
     * Announces as leader that a file is about to be written; otherwise as {@link LifecyclePublisher#fileWritten}.
     *
     * @throws InvalidEventException if the path is not a valid path
     * @throws PublishException if no acknowledgement came: do not write the file
     */
    public WrittenFile fileWritten(FileRef file) throws InterruptedException {
        return Futures.await(fileWrittenAsync(file));
    }

    /** Announces a file, as {@link #fileWritten}, without blocking. */
    public CompletableFuture<WrittenFile> fileWrittenAsync(FileRef file) {
        return WrittenFile.announce(parts, event(), file);
    }

    /**
     * Publishes that files were not and will not be committed. Paths that do not fit into one record are published in
     * several.
     *
     * <p>WARNING: call it only when the commit has certainly failed, never when its outcome is unknown (I1).
     *
     * @return the position in the log; of the last record, if there are several
     * @throws InvalidEventException if a path is not a valid path
     * @throws PublishException if an acknowledgement did not come: files that are not known to have failed are orphans
     */
    public LogPosition writeFailed(Collection<FilePath> paths, String error) throws InterruptedException {
        return Futures.await(writeFailedAsync(paths, error));
    }

    /** Publishes a failure, as {@link #writeFailed}, without blocking. */
    public CompletableFuture<LogPosition> writeFailedAsync(Collection<FilePath> paths, String error) {
        return WrittenFile.failed(parts, event(), paths, error);
    }

    /**
     * Starts a compaction, or takes over one of an earlier epoch by starting it again. Returns once the start is
     * acknowledged. Only then may the first byte of a temporary file be written. Files that do not fit into one record
     * are named by several.
     *
     * @param compactionId an id that is never used again in the region
     * @param tempFiles every file that the compaction may write
     * @param timeout upper bound on the time until the commit, above zero; allow for the margin of
     *     {@link CompactionScope#mayCommit}
     * @throws InvalidEventException if a path or the timeout breaks a rule; nothing is sent
     * @throws PublishException if an acknowledgement did not come: do not start
     */
    public CompactionScope startCompaction(String compactionId, Collection<FilePath> tempFiles, Duration timeout)
            throws InterruptedException {
        return Futures.await(startCompactionAsync(compactionId, tempFiles, timeout));
    }

    /** Starts a compaction, as {@link #startCompaction}, without blocking. */
    public CompletableFuture<CompactionScope> startCompactionAsync(
            String compactionId, Collection<FilePath> tempFiles, Duration timeout) {
        CompactionScope scope = new CompactionScope(this, parts, compactionId, timeout);
        compactions.add(scope);
        boolean sent = false;
        try {
            CompletableFuture<CompactionScope> started = scope.renewAsync(tempFiles)
                    .handle((renewed, failure) -> {
                        if (failure != null) {
                            compactions.remove(scope);
                            throw new CompletionException(failure);
                        }
                        return scope;
                    });
            sent = true;
            return Futures.map(started, same -> same);
        } finally {
            if (!sent) {
                compactions.remove(scope);
            }
        }
    }

    /**
     * Publishes a snapshot: the files of the manifest, in chunks. Announces one of the last published version, reads the
     * manifest once that is acknowledged, and publishes its files. A manifest that was read earlier could lack a file
     * that an edit has added before the announcement was logged, and that file would look like an orphan (I1). If the
     * manifest has a newer version, announces that one and reads again, up to ten times. A later snapshot replaces an
     * unfinished one.
     *
     * @param manifest called by the calling thread after each announcement is acknowledged. If it throws, no last chunk
     *     is published
     * @return the position of the last chunk in the log
     * @throws IOException if the manifest throws it
     * @throws VersionConflictException if the version changed every time: stop commits meanwhile, or return the announced
     *     version
     * @throws InvalidEventException if a file breaks a rule; the snapshot is then incomplete
     * @throws PublishException if an acknowledgement did not come, or {@link #reopen} is needed; the snapshot is then
     *     incomplete
     */
    public LogPosition publishSnapshot(ManifestSource manifest) throws IOException, InterruptedException {
        for (int i = 0; i < MAX_ANNOUNCEMENTS; i++) {
            rejectAfterGap();
            String id = parts.ids().next();
            long version = publishedVersion();
            Futures.await(sendChunk(id, version, 0, false, List.of()));
            ManifestContents contents = manifest.read(version);
            if (contents.version() == version) {
                return publishFiles(id, contents);
            }
        }
        throw new VersionConflictException("the manifest of region " + region + " was at another version than "
                + "announced " + MAX_ANNOUNCEMENTS + " times");
    }

    /**
     * Publishes a snapshot, as {@link #publishSnapshot}, without blocking the caller.
     *
     * @param executor reads the manifest, and waits between chunks
     * @return the position of the last chunk; fails as {@link #publishSnapshot} does
     */
    public CompletableFuture<LogPosition> publishSnapshotAsync(ManifestSource manifest, Executor executor) {
        return Futures.call(executor, () -> publishSnapshot(manifest));
    }

    private LogPosition publishFiles(String id, ManifestContents contents) throws InterruptedException {
        FileChunks chunks = new FileChunks(
                (chunk, last, files) -> sendChunk(id, contents.version(), chunk, last, files),
                parts.maxEventBytes(region));
        for (FileRef file : contents.files()) {
            chunks.accept(file);
        }
        return chunks.finish();
    }

    private CompletableFuture<LogPosition> sendChunk(
            String id, long version, int chunk, boolean last, List<FileRef> files) {
        return parts.sender()
                .send(event().setManifestSnapshot(ManifestSnapshot.newBuilder()
                                .setSnapshotId(id)
                                .setVersion(version)
                                .setChunk(chunk)
                                .setLast(last)
                                .addAllFiles(files))
                        .build());
    }

    /**
     * Publishes that the region was dropped. It takes its place in the order of edits.
     *
     * @return the position in the log
     * @throws PublishException if no acknowledgement came, of this event or an earlier one: see {@link #reopen}
     */
    public LogPosition drop() throws InterruptedException {
        return Futures.await(dropAsync());
    }

    /** Publishes a drop, as {@link #drop}, without blocking. */
    public CompletableFuture<LogPosition> dropAsync() {
        return ordered(
                event().setRegionDropped(RegionDropped.getDefaultInstance()).build());
    }

    /**
     * Publishes that a dropped region was restored. It takes its place in the order of edits. A snapshot must follow.
     *
     * @return the position in the log
     * @throws PublishException if no acknowledgement came, of this event or an earlier one: see {@link #reopen}
     */
    public LogPosition restore() throws InterruptedException {
        return Futures.await(restoreAsync());
    }

    /** Publishes a restoration, as {@link #restore}, without blocking. */
    public CompletableFuture<LogPosition> restoreAsync() {
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
     * region in a higher epoch ({@link LifecyclePublisher#openRegion}). Idempotent.
     *
     * @param manifestVersion the version, at or above {@link #publishedVersion}
     * @throws InvalidEventException if it is below; nothing is sent, and edits are still rejected
     * @throws PublishException if no acknowledgement came; edits are still rejected
     */
    public void reopen(long manifestVersion) throws InterruptedException {
        Futures.await(reopenAsync(manifestVersion));
    }

    /** Opens the region again, as {@link #reopen}, without blocking. */
    public CompletableFuture<Void> reopenAsync(long manifestVersion) {
        synchronized (commitOrder) {
            chain.checkReopening(manifestVersion);
            order.reset();
            chain = new ManifestChain(manifestVersion);
            return Futures.done(sendOpened(manifestVersion));
        }
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
                return Futures.last(Futures.all(parts.sender().split(event).stream()
                        .map(part -> parts.sender().send(part, order))
                        .toList()));
            } catch (InvalidEventException e) {
                // The edit was committed, so later events are after a gap.
                order.fail(new PublishException("an event could not be published", e));
                throw e;
            }
        }
    }

    private void rejectAfterGap() {
        order.failure().ifPresent(failure -> {
            throw new PublishException("nothing was sent: reopen the region first", failure);
        });
    }

    void ended(CompactionScope scope) {
        compactions.remove(scope);
    }

    private CompletableFuture<LogPosition> sendOpened(long manifestVersion) {
        return ordered(opening(event(), settings, manifestVersion));
    }

    private static RegionEvent opening(RegionEvent.Builder event, RegionSettings settings, long manifestVersion) {
        return event.setRegionOpened(RegionOpened.newBuilder()
                        .setStore(settings.store())
                        .setRoot(settings.root())
                        .setManifestVersion(manifestVersion)
                        .setRetentionOnly(settings.retentionOnly()))
                .build();
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
