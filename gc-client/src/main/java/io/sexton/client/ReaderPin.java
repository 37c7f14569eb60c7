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
 * Keeps files from being deleted while somebody reads them, or is about to commit them (I2).
 *
 * <p>Heartbeats go out in the background, four for each ttl. A pin counts only after {@link #await} has said
 * {@link PinAnswer.Accepted}, and only while {@link #isSure}: that is exact at every moment, however late a callback may
 * come. Whoever reads without it is protected by the lingering time alone.
 *
 * <p>A pin that is no longer sure is asked for again by itself. {@link PinListener#onSure} then says that it was
 * accepted anew, and that nothing which it names is gone; a rejection says that something is.
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
    private boolean toldSure;
    private boolean watching;
    private boolean sent;
    private boolean closed;
    private NoticeRouter.@Nullable Following verdicts;
    private NoticeRouter.@Nullable Following rejections;
    private Timers.Task nextBeat = () -> {};
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

    /** Follows the verdicts first: one that came before could be missed. */
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
        Futures.whenDone(following.ready(), ready -> beatSoon(), closedMeanwhile -> endWithClient());
    }

    /** The client is closed: nobody will send a heartbeat or read a verdict any more. */
    void endWithClient() {
        end("the client is closed");
    }

    /** The id under which Sexton knows this reader. */
    public String readerId() {
        return readerId;
    }

    /** The region whose files it protects. */
    public RegionId region() {
        return region;
    }

    /**
     * Waits for the answer to what was asked last, by making the pin or by {@link #change}.
     *
     * @throws TimeoutException if none has come yet; the heartbeats go on, and this may be called again
     * @throws IllegalStateException if the pin, or the client, is closed meanwhile
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
     * Whether the pin certainly holds now. After a {@link #change}, and until it is accepted, that is so only if the
     * new pin names all that the old one does; what is then sure is the old one, see {@link #held}.
     */
    public boolean isSure() {
        return !remaining().isZero();
    }

    /** For how long the pin certainly holds, even if no further heartbeat is acknowledged; zero if it is not sure. */
    public Duration remaining() {
        synchronized (lock) {
            return closed ? Duration.ZERO : state.remaining(threads.clock().nanoTime());
        }
    }

    /** What is certainly pinned now; empty if nothing is sure. */
    public Optional<PinTarget> held() {
        synchronized (lock) {
            return closed ? Optional.empty() : state.held(threads.clock().nanoTime());
        }
    }

    /** Whether Sexton has rejected it for good: the client no longer tries to hold it. */
    public boolean isLost() {
        synchronized (lock) {
            return state.isLost();
        }
    }

    /**
     * Asks for another pin in place of this one; {@link #await} waits for the answer. If it is rejected this one stays
     * in force. Where the new one does not name all that this one does, the listener is told that this one is no longer
     * sure, and later what came of it. The pin that is certainly in force already is accepted at once.
     *
     * @throws IllegalStateException if the pin is closed or lost
     */
    public void change(PinTarget target) {
        parts.sender().check(heartbeat(target));
        synchronized (lock) {
            if (closed || state.isLost()) {
                throw new IllegalStateException(closed ? "the pin is closed" : state.why());
            }
            if (!answer.isDone()) {
                answer.completeExceptionally(new IllegalStateException("another change was asked for"));
            }
            answer = new CompletableFuture<>();
            conclude(state.want(target, threads.clock().nanoTime()));
        }
        beatSoon();
    }

    /** Gives the pin up and publishes so. If that fails to reach the log the pin dies with its ttl. */
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
            finish = sent;
            closing = onClose;
            nextBeat.cancel();
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
                        "The end of a pin was not acknowledged; it dies with its ttl: {}", failure.getMessage()));
    }

    private void beatSoon() {
        threads.sends().execute(this::beat);
    }

    /** Sends what is due. Only the sending thread calls this, so the log has heartbeats in the order of the state. */
    private void beat() {
        Optional<PinState.Heartbeat> due;
        synchronized (lock) {
            if (closed || state.isLost()) {
                return;
            }
            long now = threads.clock().nanoTime();
            due = state.next(now);
            sent |= due.isPresent();
            nextBeat.cancel();
            nextBeat = threads.timers().at(Deadline.after(now, interval), this::beatSoon);
        }
        due.ifPresent(next -> Futures.whenDone(
                parts.sender().send(heartbeat(next.names())),
                position -> acknowledged(next, position),
                failure -> failed(next, failure)));
    }

    private void acknowledged(PinState.Heartbeat heartbeat, LogPosition position) {
        synchronized (lock) {
            long now = threads.clock().nanoTime();
            conclude(state.acknowledged(heartbeat, position.offset(), now));
        }
    }

    private void failed(PinState.Heartbeat heartbeat, PublishException failure) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            conclude(state.failed(heartbeat));
            callbacks.execute(() -> options.listener().onHeartbeatFailed(failure));
        }
    }

    /** Tells the owner what has changed, and has the count watched. Called with the lock held. */
    private void conclude(PinState.Outcome outcome) {
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
        if (sure != toldSure) {
            toldSure = sure;
            String why = state.why();
            callbacks.execute(
                    sure
                            ? () -> options.listener().onSure()
                            : () -> options.listener().onUnsure(why));
            if (!sure && !state.isLost()) {
                beatSoon();
            }
        }
        watch(now);
    }

    /** One timer a pin at a time; when it fires too early, because the count went on, it is set anew. */
    private void watch(long now) {
        if (!watching) {
            state.surenessEnds(now).ifPresent(end -> {
                watching = true;
                threads.timers().at(end, this::countMayHaveEnded);
            });
        }
    }

    private void countMayHaveEnded() {
        synchronized (lock) {
            watching = false;
            state.breakIfPassed(threads.clock().nanoTime());
            conclude(PinState.Outcome.NOTHING);
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
                conclude(state.verdict(verdict));
            }
        }

        @Override
        public void gap(String why) {
            synchronized (lock) {
                state.gap(why);
                conclude(PinState.Outcome.NOTHING);
            }
            beatSoon();
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
            // The owner did not wait for an acceptance of the path either: there is none.
        }
    }
}
