package io.sexton.client.internal;

import io.sexton.client.LogPosition;
import io.sexton.client.NoAnswerException;
import io.sexton.client.PublishException;
import io.sexton.client.RejectedException;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.Timers;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
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
 * A pin that is kept by heartbeats.
 *
 * <p>Safe for use by any thread. The monitor guards the state; no listener and no stage of a caller runs under it.
 */
final class HeartbeatPin implements ReaderPin {

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatPin.class);

    private final ClientParts parts;
    private final Threads threads;
    private final RegionId region;
    private final String readerId;
    private final PinOptions options;
    private final SerialExecutor callbacks;
    private final Duration interval;

    private final Object lock = new Object();
    private final PinState state;
    private CompletableFuture<Void> answer = new CompletableFuture<>();
    private boolean reportedSure;
    private boolean timerSet;
    private boolean heartbeatSent;
    private boolean closed;
    private NoticeRouter.@Nullable Following verdicts;
    private NoticeRouter.@Nullable Following rejections;
    private Timers.Task nextHeartbeat = () -> {};
    private Runnable onClose = () -> {};

    HeartbeatPin(ClientParts parts, RegionId region, String readerId, PinTarget target, PinOptions options) {
        this.parts = parts;
        this.threads = parts.threads();
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

    @Override
    public String readerId() {
        return readerId;
    }

    @Override
    public RegionId region() {
        return region;
    }

    /** Returns the future of the answer to the last request, which is completed under the monitor. */
    CompletableFuture<Void> answer() {
        synchronized (lock) {
            return answer;
        }
    }

    /** Waits until a request is accepted. */
    void awaitAccepted(CompletableFuture<Void> request) throws InterruptedException {
        try {
            var unused = request.get(Deadline.nanosOf(maxWait()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Futures.rethrown(e);
        } catch (TimeoutException e) {
            throw noAnswer();
        }
    }

    /** Returns a future that the callback executor completes once a request is accepted. */
    CompletableFuture<Void> accepted(CompletableFuture<Void> request) {
        Deadline deadline = Deadline.after(threads.clock().nanoTime(), maxWait());
        return Futures.completedBy(callbacks, Futures.within(request, deadline, threads.timers(), this::noAnswer));
    }

    private Duration maxWait() {
        return options.maxWait().orElse(parts.answerTimeout());
    }

    private NoAnswerException noAnswer() {
        return new NoAnswerException("no verdict on the pin of region " + region + " within " + maxWait() + problem());
    }

    @Override
    public boolean isSure() {
        return !remaining().isZero();
    }

    @Override
    public Duration remaining() {
        synchronized (lock) {
            return closed ? Duration.ZERO : state.remaining(threads.clock().nanoTime());
        }
    }

    @Override
    public Optional<PinTarget> held() {
        synchronized (lock) {
            return closed ? Optional.empty() : state.held(threads.clock().nanoTime());
        }
    }

    @Override
    public boolean isLost() {
        synchronized (lock) {
            return state.isLost();
        }
    }

    @Override
    public void change(PinTarget target) throws InterruptedException {
        awaitAccepted(request(target));
    }

    @Override
    public CompletableFuture<Void> changeAsync(PinTarget target) {
        return accepted(request(target));
    }

    private CompletableFuture<Void> request(PinTarget target) {
        CompletableFuture<Void> requested = new CompletableFuture<>();
        parts.sender().check(heartbeat(target));
        synchronized (lock) {
            if (closed || state.isLost()) {
                throw new IllegalStateException(closed ? "the pin is closed" : state.reason());
            }
            if (!answer.isDone()) {
                answer.completeExceptionally(new IllegalStateException("another change was requested"));
            }
            answer = requested;
            report(state.request(target, threads.clock().nanoTime()));
        }
        scheduleHeartbeat();
        return requested;
    }

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
            case ACCEPTED -> answer.complete(null);
            case REJECTED -> {
                PinState.Rejection rejection = state.rejection();
                RejectedException rejected = new RejectedException(
                        "the pin of region " + region + " was rejected: " + rejection.detail(), rejection.condemned());
                answer.completeExceptionally(rejected);
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
                QueryHeartbeat.newBuilder().setReaderId(readerId).setTtl(Times.toProto(options.ttl()));
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
