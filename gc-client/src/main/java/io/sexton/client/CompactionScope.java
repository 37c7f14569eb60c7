package io.sexton.client;

import io.sexton.proto.FilePath;
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
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One compaction, from its acknowledged start to its end, whatever that is:
 *
 * <ul>
 *   <li>{@link #complete} after the commit;
 *   <li>{@link #fail} when there certainly was and will be no commit;
 *   <li>{@link #close} without either when nobody knows, or an exception came in between: it publishes nothing, the
 *       compaction dies by its time-out, and its files go only once a snapshot has shown that none of them is in the
 *       manifest.
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
    /** Rejections that came before the acknowledgement of what they answer; more than these mean that all is unsure. */
    private static final int MAX_EARLY = 10_000;

    private final RegionWriter writer;
    private final ClientParts parts;
    private final String compactionId;
    private final Duration timeout;
    private final Set<FilePath> tempFiles = new LinkedHashSet<>();
    private final Set<Long> startedAt = new HashSet<>();
    private final List<EventRejected> early = new ArrayList<>();
    private final Map<String, String> rejected = new TreeMap<>();
    private Deadline deadline;
    private int unacknowledged;
    private int gaps;
    private boolean answersMissed;
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

    /** The id under which it was started. */
    public String compactionId() {
        return compactionId;
    }

    /**
     * Whether its commit may begin now: this process still leads, no path was rejected as far as is known, and less than
     * 0.75 of the time-out has passed since before the last acknowledged start was sent. The last quarter is kept back
     * because the clock on which Sexton declares a compaction dead may run faster than this one.
     *
     * <p>Rejections arrive a moment after the start. A database that may use a file name twice asks
     * {@link #awaitAdmission} first.
     */
    public boolean mayCommit() {
        return !remaining().isZero();
    }

    /** For how long {@link #mayCommit} stays true, if nothing else happens; zero once it is false. */
    public synchronized Duration remaining() {
        return ended || answersMissed || writer.isClosed() || !rejected.isEmpty()
                ? Duration.ZERO
                : deadline.remaining(parts.clock().nanoTime());
    }

    /** The paths that Sexton has rejected, as far as is known, each with the reason; they forbid the commit. */
    public synchronized Map<String, String> rejectedPaths() {
        return Map.copyOf(rejected);
    }

    /**
     * Waits until Sexton has looked at every start of this compaction, so that no rejection is still on its way.
     *
     * @return {@link #mayCommit} as of then
     * @throws TimeoutException if Sexton does not answer in time; do not commit then
     */
    public boolean awaitAdmission(Duration wait) throws InterruptedException, TimeoutException {
        Fence.await(parts, writer.region(), wait);
        return mayCommit();
    }

    /** Starts it again: its time-out begins anew. As {@link #renew(Collection)}, without further files. */
    public void renew() throws InterruptedException {
        renew(List.of());
    }

    /**
     * Starts it again, with further temporary files. Returns once that is acknowledged; only then may a further file be
     * written.
     *
     * @throws PublishException if no acknowledgement came: the count goes on as before, the further files must not be
     *     written
     */
    public void renew(Collection<FilePath> furtherTempFiles) throws InterruptedException {
        Set<FilePath> all;
        int gapsBefore;
        synchronized (this) {
            requireRunning();
            // Every file again: should it be dead by now, all of them need to become temporary once more.
            all = new LinkedHashSet<>(tempFiles);
            all.addAll(furtherTempFiles);
            gapsBefore = gaps;
            unacknowledged++;
        }
        @Nullable LogPosition position = null;
        long before = parts.clock().nanoTime();
        try {
            position = Futures.await(parts.sender().send(started(all)));
        } finally {
            settled(position);
        }
        synchronized (this) {
            tempFiles.addAll(all);
            deadline = deadline.laterOf(Deadline.of(before, timeout));
            if (gaps == gapsBefore) {
                // Whatever is wrong with its files is said once more, and will be read.
                answersMissed = false;
            }
        }
    }

    private synchronized void settled(@Nullable LogPosition position) {
        unacknowledged--;
        if (position != null) {
            startedAt.add(position.offset());
        }
        List<EventRejected> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::rejected);
    }

    /**
     * Publishes that it was committed. The edit takes its place in the order of edits; see {@link RegionWriter#edit}.
     * What was committed is published whatever {@link #mayCommit} says by then: Sexton has to know the truth.
     *
     * @param edit the manifest edit; an empty one if the manifest did not change
     */
    public CompletableFuture<LogPosition> complete(ManifestEdit edit) {
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
                // Its edit does not come next: it may be completed again once what is missing was published.
                resume();
            }
        }
    }

    /**
     * Publishes that it failed.
     *
     * <p>WARNING: only when the commit has certainly failed or was never tried. Where its outcome is unknown
     * {@link #close} (I1).
     *
     * @param leftovers files that it left, besides the temporary files that it was started with
     */
    public CompletableFuture<LogPosition> fail(Collection<FilePath> leftovers, String error) {
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

    /** Ends it; without {@link #complete} or {@link #fail} before, its outcome is unknown, and nothing is published. */
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
                "Compaction {} of region {} ends without an outcome; its files stay until a snapshot shows that they are"
                        + " garbage",
                compactionId,
                writer.region());
    }

    synchronized void rejected(EventRejected notice) {
        if (startedAt.contains(notice.getOffset())) {
            rejected.put(notice.getPath(), notice.getDetail());
        } else if (unacknowledged > 0) {
            if (early.size() < MAX_EARLY) {
                early.add(notice);
            } else {
                rejectionsUnknown();
            }
        }
    }

    synchronized void rejectionsUnknown() {
        gaps++;
        answersMissed = true;
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

    private synchronized void resume() {
        ended = false;
    }

    private RegionEvent started(Collection<FilePath> files) {
        return writer.event()
                .setCompactionStarted(CompactionStarted.newBuilder()
                        .setCompactionId(compactionId)
                        .addAllTempFiles(files.stream().map(FilePath::value).toList())
                        .setTimeout(Durations.of(timeout)))
                .build();
    }
}
