package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.Fence;
import io.sexton.client.internal.Futures;
import io.sexton.client.spi.Deadline;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.EventRejected;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compaction, from its acknowledged start to its end, which is one of:
 *
 * <ul>
 *   <li>{@link #complete} after the commit;
 *   <li>{@link #fail} when it certainly was not and will not be committed;
 *   <li>{@link #close} without either when the outcome is unknown, for instance after an exception. It publishes
 *       nothing. The compaction ends by its timeout, and its files are deleted only after a snapshot has shown that
 *       none of them is in the manifest.
 * </ul>
 *
 * <pre>{@code
 * try (CompactionScope compaction = writer.startCompaction(id, outputs, Duration.ofMinutes(30))) {
 *     writeOutputs();
 *     if (compaction.mayCommit()) {
 *         compaction.complete(commit());
 *     } else {
 *         compaction.fail(outputs, "took too long");
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by any thread.
 */
public final class CompactionScope implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionScope.class);
    /**
     * Maximum number of rejections kept before the acknowledgement of the start that they answer. Beyond it no commit
     * is allowed.
     */
    private static final int MAX_EARLY_REJECTIONS = 10_000;

    private final RegionWriter writer;
    private final ClientParts parts;
    private final String compactionId;
    private final Duration timeout;
    private final Set<FilePath> tempFiles = new LinkedHashSet<>();
    private final Set<Long> startedAt = new HashSet<>();
    private final List<EventRejected> earlyRejections = new ArrayList<>();
    private final Map<String, String> rejected = new TreeMap<>();
    private Deadline deadline;
    private int unacknowledged;
    private int gaps;
    private boolean rejectionsMissed;
    private boolean ended;

    CompactionScope(RegionWriter writer, ClientParts parts, String compactionId, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new InvalidEventException("compaction_started.timeout", "is not above zero");
        }
        this.writer = writer;
        this.parts = parts;
        this.compactionId = compactionId;
        this.timeout = timeout;
        this.deadline = new Deadline(parts.clock().nanoTime());
    }

    /** Returns the id under which the compaction was started. */
    public String compactionId() {
        return compactionId;
    }

    /**
     * Returns whether the commit may begin now: this process still leads, no rejection of a path has been received, and
     * less than 0.75 of the timeout has passed since before the last acknowledged start was sent. The last quarter is a
     * margin, because the clock on which Sexton declares a compaction dead may run faster than this one.
     *
     * <p>Rejections arrive a moment after the start. A database that may use a file name twice calls
     * {@link #awaitAdmission} first.
     */
    public boolean mayCommit() {
        return !remaining().isZero();
    }

    /** Returns the time for which {@link #mayCommit} stays true if no rejection arrives; zero once it is false. */
    public synchronized Duration remaining() {
        return ended || rejectionsMissed || writer.isClosed() || !rejected.isEmpty()
                ? Duration.ZERO
                : deadline.remaining(parts.clock().nanoTime());
    }

    /** Returns the paths whose rejection has been received, each with the reason. Any of them forbids the commit. */
    public synchronized Map<String, String> rejectedPaths() {
        return Map.copyOf(rejected);
    }

    /**
     * Waits until Sexton has processed every start of this compaction and all rejections have been received.
     *
     * @return the result of {@link #mayCommit} at that time
     * @throws NoAnswerException if Sexton does not answer in time; do not commit then
     * @throws PublishException if no acknowledgement came, or the notices cannot be read; do not commit then
     */
    public boolean awaitAdmission(Duration wait) throws InterruptedException {
        var unused = Fence.of(parts, writer.region(), wait).await();
        return mayCommit();
    }

    /** Waits, as {@link #awaitAdmission}, without blocking. The callback executor completes the future. */
    public CompletableFuture<Boolean> awaitAdmissionAsync(Duration wait) {
        return Futures.map(Fence.of(parts, writer.region(), wait).async(), folded -> mayCommit());
    }

    /**
     * Starts the compaction again, so that its timeout begins again. As {@link #renew(Collection)}, without further
     * files.
     *
     * @throws PublishException if an acknowledgement did not come: the earlier timeout continues
     */
    public void renew() throws InterruptedException {
        renew(List.of());
    }

    /** Starts the compaction again, as {@link #renew()}, without blocking. */
    public CompletableFuture<Void> renewAsync() {
        return renewAsync(List.of());
    }

    /**
     * Starts the compaction again, with further temporary files. Returns once the start is acknowledged; only then may
     * a further file be written.
     *
     * @throws InvalidEventException if a path breaks a rule; nothing is sent
     * @throws PublishException if an acknowledgement did not come: the earlier timeout continues, and the further files
     *     must not be written
     * @throws IllegalStateException if the compaction has ended, or this process no longer leads
     */
    public void renew(Collection<FilePath> furtherTempFiles) throws InterruptedException {
        Futures.await(renewAsync(furtherTempFiles));
    }

    /** Starts the compaction again, as {@link #renew(Collection)}, without blocking. */
    public CompletableFuture<Void> renewAsync(Collection<FilePath> furtherTempFiles) {
        Set<FilePath> all;
        int gapsBefore;
        synchronized (this) {
            requireRunning();
            // Every file again: if the compaction has already ended by its timeout, all must become temporary once
            // more.
            all = new LinkedHashSet<>(tempFiles);
            all.addAll(furtherTempFiles);
            gapsBefore = gaps;
            unacknowledged++;
        }
        long before = parts.clock().nanoTime();
        CompletableFuture<List<LogPosition>> sent;
        try {
            sent = parts.sender().sendParts(started(all));
        } catch (RuntimeException e) {
            renewalDone(List.of());
            throw e;
        }
        return Futures.done(sent.whenComplete((positions, failure) -> {
            renewalDone(failure == null ? positions : List.of());
            if (failure == null) {
                renewed(all, Deadline.of(before, timeout), gapsBefore);
            }
        }));
    }

    private synchronized void renewed(Set<FilePath> all, Deadline until, int gapsBefore) {
        tempFiles.addAll(all);
        deadline = deadline.laterOf(until);
        if (gaps == gapsBefore) {
            // Rejections of its files are emitted again, and will be read.
            rejectionsMissed = false;
        }
    }

    private synchronized void renewalDone(List<LogPosition> positions) {
        unacknowledged--;
        positions.forEach(position -> startedAt.add(position.offset()));
        List<EventRejected> waiting = List.copyOf(earlyRejections);
        earlyRejections.clear();
        waiting.forEach(this::rejected);
    }

    /**
     * Publishes that the compaction was committed. The edit takes its place in the order of edits; see
     * {@link RegionWriter#edit}. A commit must be published even if {@link #mayCommit} has become false meanwhile.
     *
     * @param edit the manifest edit; an empty one if the manifest did not change
     * @return the position of the event in the log
     * @throws IllegalStateException if the compaction has ended, or this process no longer leads
     * @throws VersionConflictException if the edit is not the next one; nothing is sent, and the compaction does not end
     * @throws InvalidEventException if the edit breaks a rule or is too large for a record; as for
     *     {@link RegionWriter#edit}, and the compaction does not end
     * @throws PublishException if no acknowledgement came, of this event or an earlier one: see
     *     {@link RegionWriter#reopen}
     */
    public LogPosition complete(ManifestEdit edit) throws InterruptedException {
        return Futures.await(completeAsync(edit));
    }

    /**
     * Publishes the commit, as {@link #complete}, without blocking. Call it inside the lock of the commit, and wait
     * outside of it.
     */
    public CompletableFuture<LogPosition> completeAsync(ManifestEdit edit) {
        CompactionCompleted.Builder completed = CompactionCompleted.newBuilder().setCompactionId(compactionId);
        end();
        boolean sent = false;
        try {
            CompletableFuture<LogPosition> acknowledged;
            if (edit.equals(ManifestEdit.getDefaultInstance())) {
                acknowledged = writer.ordered(
                        writer.event().setCompactionCompleted(completed).build());
            } else {
                completed.setEdit(edit);
                acknowledged = writer.commit(
                        writer.event().setCompactionCompleted(completed).build(), edit);
            }
            sent = true;
            writer.ended(this);
            return acknowledged;
        } finally {
            if (!sent) {
                // Its edit is not the next one: it may be completed again after the missing edits were published.
                reactivate();
            }
        }
    }

    /**
     * Publishes that the compaction failed.
     *
     * <p>WARNING: call it only when the commit has certainly failed or was never tried. Where the outcome is unknown,
     * call {@link #close} (I1).
     *
     * @param leftovers files that the compaction left, besides the temporary files that it was started with
     * @param error description of the failure, for people
     * @return the position of the event in the log
     * @throws IllegalStateException if the compaction has ended, or this process no longer leads
     * @throws InvalidEventException if a path breaks a rule, or the files do not fit into one record; nothing is sent, and
     *     the compaction does not end
     * @throws PublishException if no acknowledgement came: the compaction ends by its timeout
     */
    public LogPosition fail(Collection<FilePath> leftovers, String error) throws InterruptedException {
        return Futures.await(failAsync(leftovers, error));
    }

    /** Publishes the failure, as {@link #fail}, without blocking. */
    public CompletableFuture<LogPosition> failAsync(Collection<FilePath> leftovers, String error) {
        RegionEvent failed = writer.event()
                .setCompactionFailed(CompactionFailed.newBuilder()
                        .setCompactionId(compactionId)
                        .addAllLeftoverFiles(
                                leftovers.stream().map(FilePath::value).toList())
                        .setError(error))
                .build();
        parts.sender().check(failed);
        end();
        writer.ended(this);
        return parts.sender().send(failed);
    }

    /**
     * Ends the compaction. Without an earlier {@link #complete} or {@link #fail} its outcome is unknown, and nothing is
     * published.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        writer.ended(this);
        LOG.info(
                "Compaction {} of region {} was closed without an outcome: its files are kept until a snapshot shows"
                        + " that they are garbage",
                compactionId,
                writer.region());
    }

    synchronized void rejected(EventRejected notice) {
        if (startedAt.contains(notice.getOffset())) {
            rejected.put(notice.getPath(), notice.getDetail());
        } else if (unacknowledged > 0) {
            if (earlyRejections.size() < MAX_EARLY_REJECTIONS) {
                earlyRejections.add(notice);
            } else {
                rejectionsMayBeMissed();
            }
        }
    }

    synchronized void rejectionsMayBeMissed() {
        gaps++;
        rejectionsMissed = true;
    }

    private void requireRunning() {
        if (ended) {
            throw new IllegalStateException("compaction " + compactionId + " has ended");
        }
    }

    private synchronized void end() {
        requireRunning();
        ended = true;
    }

    private synchronized void reactivate() {
        ended = false;
    }

    private RegionEvent started(Collection<FilePath> files) {
        return writer.event()
                .setCompactionStarted(CompactionStarted.newBuilder()
                        .setCompactionId(compactionId)
                        .addAllTempFiles(files.stream().map(FilePath::value).toList())
                        .setTimeout(Times.toProto(timeout)))
                .build();
    }
}
