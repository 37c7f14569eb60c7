package io.sexton.client;

import io.sexton.proto.MissingPermission;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A region's lock, held by this process (I4). {@link LockClient} hands it out once it is granted.
 *
 * <p>It is held until {@link #isHeld} says otherwise: 0.75 of the lease on the monotonic clock, from before the request
 * or the renewal was sent that was answered last. That is exact at every moment, however late a callback may come.
 * Unless {@link LockOptions#notRenewed} was asked for it is renewed in the background, four times a lease, and at once
 * where it was waited for so long that less than half of its lease is left. Once lost it stays lost.
 *
 * <p>Safe for use by any thread. No method blocks.
 */
public final class RegionLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegionLock.class);
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    private final LockParts parts;
    private final Threads threads;
    private final RegionId region;
    private final LockOptions options;
    private final Consumer<RegionLock> onLeave;
    private final SerialExecutor callbacks;
    private final Duration interval;
    private final Answers answers = new Answers();
    private final CompletableFuture<RegionLock> granted = new CompletableFuture<>();

    private final Object lock = new Object();
    private final LeaseState state;
    private AnswerFeed.@Nullable Follow follow;
    private int asks;
    private boolean watching;
    private boolean giveBackSent;
    private boolean left;
    private Optional<String> yieldRequested = Optional.empty();
    private Timers.Task nextRenewal = () -> {};
    private Timers.Task patience = () -> {};

    /** @param onLeave told once it is over, and nothing more will be sent for it */
    RegionLock(LockParts parts, RegionId region, LockOptions options, Consumer<RegionLock> onLeave) {
        this.parts = parts;
        this.onLeave = onLeave;
        this.threads = parts.threads();
        this.region = region;
        this.options = options;
        this.callbacks = new SerialExecutor(threads.callbacks());
        this.interval = options.lease().dividedBy(4);
        this.state = new LeaseState(parts.ids().next(), options.lease());
    }

    /** Reads the answers first: one that came before could be missed. */
    CompletableFuture<RegionLock> acquire() {
        AnswerFeed.Follow following = parts.router().follow(region, answers);
        Duration longest = options.maxWait().plus(parts.answerTimeout());
        boolean givenUp;
        synchronized (lock) {
            follow = following;
            givenUp = state.phase() == LeaseState.Phase.GIVEN_UP;
            if (!givenUp) {
                patience = threads.timers()
                        .at(Deadline.after(threads.clock().nanoTime(), longest), () -> outOfPatience(longest));
            }
        }
        if (givenUp) {
            leave();
        } else {
            Futures.whenDone(following.ready(), ready -> askSoon(), closedMeanwhile -> endWithClient());
        }
        return granted;
    }

    /** The client is closed: nobody will send a request or read an answer any more. */
    void endWithClient() {
        giveUp("the client is closed");
    }

    /** The region that is locked. */
    public RegionId region() {
        return region;
    }

    /** The token of this grant. */
    public FencingToken token() {
        synchronized (lock) {
            return state.token().orElseThrow(() -> new IllegalStateException("the lock was not granted"));
        }
    }

    /** Whether the lock is certainly held now. */
    public boolean isHeld() {
        return !remaining().isZero();
    }

    /**
     * For how long the lock is certainly held, even if no renewal is answered any more; zero if it is not held. Start
     * nothing that may take longer, time-outs and retries included.
     */
    public Duration remaining() {
        synchronized (lock) {
            return state.remaining(threads.clock().nanoTime());
        }
    }

    /** What the one is about who waits and cannot be served beside this lock; empty while nobody has asked. */
    public Optional<String> yieldRequested() {
        synchronized (lock) {
            return yieldRequested;
        }
    }

    /** Asks for a whole new lease. {@link #remaining} grows when it is answered. */
    public void renew() {
        threads.sends().execute(this::sendRenewal);
    }

    /**
     * Releases the lock; it is not held any more when this returns. If the release does not reach the log the lock is
     * free once its lease has run out.
     */
    @Override
    public void close() {
        giveUp("given up");
    }

    private void giveUp(String why) {
        synchronized (lock) {
            if (state.phase() == LeaseState.Phase.GIVEN_UP) {
                return;
            }
            state.giveUp();
            nextRenewal.cancel();
            patience.cancel();
            granted.completeExceptionally(new LockUnavailableException(region, why));
            Duration longest = options.maxWait().plus(options.lease()).plus(parts.answerTimeout());
            // Should nobody ever answer: by then no lease can be running.
            threads.timers().at(Deadline.after(threads.clock().nanoTime(), longest), this::leave);
            giveBack();
        }
    }

    private void outOfPatience(Duration longest) {
        synchronized (lock) {
            if (!granted.isDone()) {
                String problem = parts.router().problem();
                granted.completeExceptionally(new LockUnavailableException(
                        region,
                        "not granted within " + longest
                                + (problem.isEmpty() ? "" : "; reading the answers: " + problem)));
                close();
            }
        }
    }

    private void askSoon() {
        threads.sends().execute(this::ask);
    }

    /** Sends the request, or repeats it: with its id, so that it is answered as one. */
    private void ask() {
        synchronized (lock) {
            if (state.phase() != LeaseState.Phase.ASKED) {
                return;
            }
            state.asked(threads.clock().nanoTime());
            asks++;
        }
        LockRequest request = request(state.requestId())
                .setAcquire(LockRequest.Acquire.newBuilder()
                        .setMode(options.mode())
                        .setPurpose(options.purpose())
                        .setLease(Durations.of(options.lease()))
                        .setMaxWait(Durations.of(options.maxWait())))
                .build();
        Futures.whenDone(parts.log().append(Topics.LOCK_REQUESTS, region, request), this::asked, failure -> {
            reportRepeat(failure);
            threads.timers().at(Deadline.after(threads.clock().nanoTime(), ASK_AGAIN), this::askSoon);
        });
    }

    /** What only an operator can end is a warning, once for each lock. */
    private void reportRepeat(Throwable failure) {
        boolean isFirst;
        synchronized (lock) {
            isFirst = asks == 1;
        }
        String message = "A request for the lock of region {} is repeated: {}";
        if (isFirst && MissingPermission.isIn(failure)) {
            LOG.warn(message, region, failure.getMessage());
        } else {
            LOG.info(message, region, failure.getMessage());
        }
    }

    private void asked(LogPosition position) {
        synchronized (lock) {
            if (asks == 1) {
                // Of a repeat the first place in the log would be the token, and only the answer tells it.
                state.known(new FencingToken(position.offset()));
            }
            if (state.phase() == LeaseState.Phase.GIVEN_UP) {
                giveBack();
            }
        }
    }

    private void sendRenewal() {
        String id = parts.ids().next();
        LockRequest request;
        synchronized (lock) {
            boolean needed = state.phase() == LeaseState.Phase.LATE || state.phase() == LeaseState.Phase.HELD;
            if (!needed || state.token().isEmpty()) {
                return;
            }
            long now = threads.clock().nanoTime();
            state.renewing(id, now);
            request = request(id)
                    .setRenew(LockRequest.Renew.newBuilder()
                            .setToken(state.token().get().value()))
                    .build();
            if (options.isRenewed() || state.phase() == LeaseState.Phase.LATE) {
                renewAfterInterval(now);
            }
        }
        Futures.whenDone(
                parts.log().append(Topics.LOCK_REQUESTS, region, request),
                position -> {},
                failure -> LOG.debug("A renewal of the lock of region {} failed: {}", region, failure.getMessage()));
    }

    /** Of a lease that was waited for, less may be left than the interval: then the first renewal would come too late. */
    private void renewWhileThereIsTime(long now) {
        if (state.remaining(now).compareTo(interval.multipliedBy(2)) < 0) {
            renew();
        } else {
            renewAfterInterval(now);
        }
    }

    private void renewAfterInterval(long now) {
        nextRenewal.cancel();
        nextRenewal = threads.timers().at(Deadline.after(now, interval), this::renew);
    }

    /** Releases what is in the log under a known token, once. Called with the lock held. */
    private void giveBack() {
        if (asks == 0) {
            leave();
        } else if (!giveBackSent && state.token().isPresent()) {
            giveBackSent = true;
            LockRequest request = request(parts.ids().next())
                    .setRelease(LockRequest.Release.newBuilder()
                            .setToken(state.token().get().value()))
                    .build();
            threads.sends().execute(() -> release(request));
        }
    }

    private void release(LockRequest request) {
        Futures.whenDone(parts.log().append(Topics.LOCK_REQUESTS, region, request), position -> leave(), failure -> {
            LOG.info("A release of the lock of region {} failed, its lease runs out: {}", region, failure.getMessage());
            leave();
        });
    }

    private void leave() {
        AnswerFeed.Follow following;
        synchronized (lock) {
            following = left ? null : follow;
            left |= following != null;
        }
        if (following != null) {
            parts.router().leave(region, answers, following);
            onLeave.accept(this);
        }
    }

    private LockRequest.Builder request(String id) {
        return LockRequest.newBuilder()
                .setRegion(region.value())
                .setOwner(parts.owner())
                .setRequestId(id);
    }

    /** Called with the lock held. */
    private void carryOut(LeaseState.Effect effect) {
        long now = threads.clock().nanoTime();
        switch (effect) {
            case NOTHING -> {}
            case RENEW -> renew();
            case HOLD -> {
                patience.cancel();
                if (options.isRenewed()) {
                    renewWhileThereIsTime(now);
                }
                granted.complete(this);
            }
            case REFUSE -> {
                patience.cancel();
                nextRenewal.cancel();
                granted.completeExceptionally(new LockUnavailableException(region, state.why()));
                leave();
            }
            case LOSE -> {
                nextRenewal.cancel();
                String why = state.why();
                callbacks.execute(() -> options.listener().onLost(this, why));
                giveBack();
            }
            case GIVE_BACK -> giveBack();
        }
        watch(now);
    }

    /** One timer a lock at a time; when it fires too early, because the count went on, it is set anew. */
    private void watch(long now) {
        if (!watching
                && state.phase() == LeaseState.Phase.HELD
                && !state.deadline().hasPassed(now)) {
            watching = true;
            threads.timers().at(state.deadline(), this::countMayHaveEnded);
        }
    }

    private void countMayHaveEnded() {
        synchronized (lock) {
            watching = false;
            carryOut(state.passed(threads.clock().nanoTime()));
        }
    }

    private void askedToYield(String purpose) {
        if (state.phase() == LeaseState.Phase.HELD || state.phase() == LeaseState.Phase.LATE) {
            yieldRequested = Optional.of(purpose);
            Futures.whenDone(
                    granted,
                    held -> callbacks.execute(() -> options.listener().onYieldRequested(this, purpose)),
                    neverHeld -> {});
        }
    }

    private final class Answers implements LockRouter.Handler {
        @Override
        public void event(LockEvent event) {
            synchronized (lock) {
                long now = threads.clock().nanoTime();
                FencingToken about = new FencingToken(event.getToken());
                boolean isOfAcquire = event.getRequestId().equals(state.requestId());
                switch (event.getEventCase()) {
                    case GRANTED -> carryOut(isOfAcquire ? state.granted(about, now) : LeaseState.Effect.NOTHING);
                    case QUEUED -> {
                        if (isOfAcquire) {
                            state.known(about);
                            if (state.phase() == LeaseState.Phase.GIVEN_UP) {
                                giveBack();
                            }
                        }
                    }
                    case REJECTED ->
                        carryOut(state.refused(
                                event.getRequestId(), event.getRejected().getReason()));
                    case RENEWED -> carryOut(state.renewed(event.getRequestId(), now));
                    case RELEASED -> carryOut(isOfAcquire ? state.ended("it was released") : LeaseState.Effect.NOTHING);
                    case EXPIRED ->
                        carryOut(isOfAcquire ? state.ended("its lease has run out") : LeaseState.Effect.NOTHING);
                    case YIELD_REQUESTED -> {
                        if (isOfAcquire) {
                            askedToYield(event.getYieldRequested().getPurpose());
                        }
                    }
                    case EVENT_NOT_SET -> LOG.warn("A lock event of region {} says nothing this version knows", region);
                }
            }
        }

        @Override
        public void gap(String why) {
            synchronized (lock) {
                if (state.phase() == LeaseState.Phase.ASKED && asks > 0) {
                    askSoon();
                } else {
                    // A request to yield comes once: it may be among what was missed.
                    askedToYield(why);
                }
            }
        }
    }
}
