package io.sexton.client;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileList;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pin, which protects files from deletion while a reader reads them or a writer is about to commit them (I2).
 *
 * <p>Heartbeats are sent in the background, four for each ttl. The pin protects only after {@link #await} has returned
 * {@link PinAnswer.Accepted}, and only while {@link #isSure} returns true, which is exact at any time, however late a
 * callback is. A read without a sure pin is protected by the linger only.
 *
 * <p>The client requests a pin again that is no longer sure. {@link PinListener#onSure} then reports that it was
 * accepted again: none of the pinned files is condemned or gone. A rejection reports that some are. A path of a file list
 * may hold another file by then: see {@link PinListener#onSure}.
 *
 * <p>Safe for use by any thread. No method but {@link #await} blocks.
 */
public final class ReaderPin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderPin.class);

    private final ClientParts parts;
    private final Threads threads;
    private final RegionId region;
    private final String readerId;
    private final PinOptions options;
    private final SerialExecutor callbacks;
    private final Duration interval;

    private final Object lock = new Object();
    private final PinState state;
    private CompletableFuture<PinAnswer> answer = new CompletableFuture<>();
    private boolean reportedSure;
    private boolean timerSet;
    private boolean heartbeatSent;
    private boolean closed;
    private NoticeRouter.@Nullable Following verdicts;
    private NoticeRouter.@Nullable Following rejections;
    private Timers.Task nextHeartbeat = () -> {};
    private Runnable onClose = () -> {};

    ReaderPin(
            ClientParts parts,
            Threads threads,
            RegionId region,
            String readerId,
            PinTarget target,
            PinOptions options) {
        this.parts = parts;
        this.threads = threads;
        this.region = region;
        this.readerId = readerId;
        this.options = options;
        this.callbacks = new SerialExecutor(threads.callbacks());
        this.interval = options.ttl().dividedBy(4);
        this.state = new PinState(target, options.ttl());
        // A heartbeat that breaks a rule fails here rather than in the background.
        parts.sender().check(heartbeat(target));
    }

    /** Starts the heartbeats once the verdicts are being read, because an earlier verdict could be missed. */
    void start(Runnable closing) {
        NoticeRouter.Following following = parts.notices().followReader(region, readerId, new Verdicts());
        NoticeRouter.Following ofTempManifest = options.tempManifest()
                .map(path -> parts.notices().follow(region, new TempManifestWatch(path)))
                .orElse(null);
        synchronized (lock) {
            onClose = closing;
            verdicts = following;
            rejections = ofTempManifest;
        }
        Futures.whenDone(following.ready(), ready -> scheduleHeartbeat(), closedMeanwhile -> endWithClient());
    }

    /** Closes the pin because the client is closed: no heartbeat will be sent and no verdict will be read. */
    void endWithClient() {
        end("the client is closed");
    }

    /** Returns the id that identifies this reader to Sexton. */
    public String readerId() {
        return readerId;
    }

    /** Returns the region whose files the pin protects. */
    public RegionId region() {
        return region;
    }

    /**
     * Waits for the answer to the last request: the pin itself or the last {@link #change}.
     *
     * @throws TimeoutException if no answer came in time; the heartbeats continue, and this may be called again
     * @throws IllegalStateException if the pin or the client is closed meanwhile, or another change replaces the
     *     request
     */
    public PinAnswer await(Duration timeout) throws InterruptedException, TimeoutException {
        CompletableFuture<PinAnswer> current;
        synchronized (lock) {
            current = answer;
        }
        try {
            return current.get(Deadline.nanosOf(timeout), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Futures.rethrown(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new TimeoutException("no verdict on the pin of region " + region + " within " + timeout + problem());
        }
    }

    /**
     * Returns whether the pin certainly holds now. After a {@link #change}, until it is accepted, that is the case only
     * if the new target includes the old one; the old target is then sure, see {@link #held}.
     */
    public boolean isSure() {
        return !remaining().isZero();
    }

    /**
     * Returns the time for which the pin certainly holds, even if no further heartbeat is acknowledged; zero if it is
     * not sure.
     */
    public Duration remaining() {
        synchronized (lock) {
            return closed ? Duration.ZERO : state.remaining(threads.clock().nanoTime());
        }
    }

    /** Returns the target that is certainly pinned now; empty if the pin is not sure. */
    public Optional<PinTarget> held() {
        synchronized (lock) {
            return closed ? Optional.empty() : state.held(threads.clock().nanoTime());
        }
    }

    /** Returns whether Sexton has rejected the pin and no earlier one is in force. The client does not retry then. */
    public boolean isLost() {
        synchronized (lock) {
            return state.isLost();
        }
    }

    /**
     * Requests another target in place of the current one; {@link #await} waits for the answer. If it is rejected, the
     * current target stays in force. If the new target does not include the current one, the listener is called because
     * the pin is no longer sure, and again with the result. A target that is certainly in force is accepted at once.
     *
     * @throws IllegalStateException if the pin is closed or lost
     */
    public void change(PinTarget target) {
        parts.sender().check(heartbeat(target));
        synchronized (lock) {
            if (closed || state.isLost()) {
                throw new IllegalStateException(closed ? "the pin is closed" : state.reason());
            }
            if (!answer.isDone()) {
                answer.completeExceptionally(new IllegalStateException("another change was requested"));
            }
            answer = new CompletableFuture<>();
            report(state.request(target, threads.clock().nanoTime()));
        }
        scheduleHeartbeat();
    }

    /**
     * Ends the pin and publishes its end, without blocking. If that does not reach the log, the pin expires with its
     * ttl.
     */
    @Override
    public void close() {
        end("the pin is closed");
    }

    private void end(String why) {
        boolean finish;
        Runnable closing;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            finish = heartbeatSent;
            closing = onClose;
            nextHeartbeat.cancel();
            answer.completeExceptionally(new IllegalStateException(why));
            if (verdicts != null) {
                verdicts.close();
            }
            if (rejections != null) {
                rejections.close();
            }
        }
        if (finish) {
            threads.sends().execute(this::sendFinished);
        }
        closing.run();
    }

    private void sendFinished() {
        RegionEvent finished = parts.sender()
                .event(region, 0)
                .setQueryFinished(QueryFinished.newBuilder().setReaderId(readerId))
                .build();
        Futures.whenDone(
                parts.sender().send(finished),
                position -> {},
                failure -> LOG.warn(
                        "The end of a pin was not acknowledged; it expires with its ttl: {}", failure.getMessage()));
    }

    private void scheduleHeartbeat() {
        threads.sends().execute(this::sendHeartbeat);
    }

    /**
     * Sends the next heartbeat. Called by the sending thread only, so that heartbeats are logged in the order of the
     * state.
     */
    private void sendHeartbeat() {
        Optional<PinState.Heartbeat> due;
        synchronized (lock) {
            if (closed || state.isLost()) {
                return;
            }
            long now = threads.clock().nanoTime();
            due = state.next(now);
            heartbeatSent |= due.isPresent();
            nextHeartbeat.cancel();
            nextHeartbeat = threads.timers().at(Deadline.after(now, interval), this::scheduleHeartbeat);
        }
        due.ifPresent(next -> Futures.whenDone(
                parts.sender().send(heartbeat(next.names())),
                position -> acknowledged(next, position),
                failure -> failed(next, failure)));
    }

    private void acknowledged(PinState.Heartbeat heartbeat, LogPosition position) {
        synchronized (lock) {
            long now = threads.clock().nanoTime();
            report(state.acknowledged(heartbeat, position.offset(), now));
        }
    }

    private void failed(PinState.Heartbeat heartbeat, PublishException failure) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            report(state.failed(heartbeat));
            callbacks.execute(() -> options.listener().onHeartbeatFailed(failure));
        }
    }

    /** Reports a change to the owner and sets the timer for the deadline. Called with the monitor held. */
    private void report(PinState.Outcome outcome) {
        if (closed) {
            return;
        }
        long now = threads.clock().nanoTime();
        switch (outcome) {
            case NOTHING -> {}
            case ACCEPTED -> answer.complete(new PinAnswer.Accepted());
            case REJECTED -> {
                PinAnswer.Rejected rejected = state.rejection();
                answer.complete(rejected);
                callbacks.execute(() -> options.listener().onRejected(rejected));
            }
        }
        boolean sure = state.isSure(now);
        if (sure != reportedSure) {
            reportedSure = sure;
            String why = state.reason();
            callbacks.execute(
                    sure
                            ? () -> options.listener().onSure()
                            : () -> options.listener().onUnsure(why));
            if (!sure && !state.isLost()) {
                scheduleHeartbeat();
            }
        }
        watchDeadline(now);
    }

    /** Sets at most one timer for the pin. A timer that fires too early, because the pin was renewed, is set again. */
    private void watchDeadline(long now) {
        if (!timerSet) {
            state.sureUntil(now).ifPresent(end -> {
                timerSet = true;
                threads.timers().at(end, this::deadlineMayHavePassed);
            });
        }
    }

    private void deadlineMayHavePassed() {
        synchronized (lock) {
            timerSet = false;
            state.breakChainIfPassed(threads.clock().nanoTime());
            report(PinState.Outcome.NOTHING);
        }
    }

    private RegionEvent heartbeat(@Nullable PinTarget names) {
        QueryHeartbeat.Builder heartbeat =
                QueryHeartbeat.newBuilder().setReaderId(readerId).setTtl(Durations.of(options.ttl()));
        if (names instanceof PinTarget.AtVersion at) {
            heartbeat.setAtVersion(at.version());
        } else if (names instanceof PinTarget.Files files) {
            FileList.Builder list = FileList.newBuilder();
            files.paths().stream().sorted().map(FilePath::value).forEach(list::addPaths);
            heartbeat.setFiles(list);
        }
        if (names != null) {
            heartbeat.setForCommit(options.isForCommit());
            options.tempManifest().ifPresent(path -> heartbeat.setTempManifest(path.value()));
        }
        return parts.sender().event(region, 0).setQueryHeartbeat(heartbeat).build();
    }

    private String problem() {
        synchronized (lock) {
            String reading = verdicts == null ? "" : verdicts.problem();
            return reading.isEmpty() ? "" : "; reading the answers: " + reading;
        }
    }

    private final class Verdicts implements NoticeRouter.VerdictHandler {
        @Override
        public void verdict(PinVerdict verdict) {
            synchronized (lock) {
                report(state.verdict(verdict));
            }
        }

        @Override
        public void gap(String why) {
            synchronized (lock) {
                state.gap(why);
                report(PinState.Outcome.NOTHING);
            }
            scheduleHeartbeat();
        }
    }

    private final class TempManifestWatch implements NoticeRouter.Handler {
        private final FilePath path;

        TempManifestWatch(FilePath path) {
            this.path = path;
        }

        @Override
        public void notice(LogPosition at, Notice notice) {
            if (notice.hasEventRejected() && notice.getEventRejected().getPath().equals(path.value())) {
                String detail = notice.getEventRejected().getDetail();
                callbacks.execute(() -> options.listener().onTempManifestRejected(detail));
            }
        }

        @Override
        public void gap(String why) {
            // The path has no acceptance that the owner could wait for, so a gap has no effect.
        }
    }
}
