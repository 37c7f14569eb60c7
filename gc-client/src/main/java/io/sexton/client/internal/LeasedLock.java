package io.sexton.client.internal;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.LogPosition;
import io.sexton.client.SextonException;
import io.sexton.client.locks.FencingToken;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.Timers;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that is held by a lease of the lock-coordinator.
 *
 * <p>Safe for use by any thread. The monitor guards the state; no listener and no stage of a caller runs under it.
 */
final class LeasedLock implements RegionLock {

    private static final Logger LOG = LoggerFactory.getLogger(LeasedLock.class);
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

    private final LockParts parts;
    private final Threads threads;
    private final RegionId region;
    private final LockOptions options;
    private final Consumer<LeasedLock> onLeave;
    private final SerialExecutor callbacks;
    private final Duration interval;
    private final EventHandler handler = new EventHandler();
    private final CompletableFuture<RegionLock> granted = new CompletableFuture<>();

    private final Object lock = new Object();
    private final LeaseState state;
    /** Requests of the owner for a renewal that were not answered yet. */
    private final List<CompletableFuture<Void>> renewals = new ArrayList<>();

    private AnswerFeed.@Nullable Follow follow;
    private int requestsSent;
    private boolean timerSet;
    private boolean releaseSent;
    private boolean left;
    private Optional<String> yieldRequested = Optional.empty();
    private Timers.Task nextRenewal = () -> {};
    private Timers.Task acquireTimeout = () -> {};

    /** @param onLeave called once no further request will be sent for the lock */
    LeasedLock(LockParts parts, RegionId region, LockOptions options, Consumer<LeasedLock> onLeave) {
        this.parts = parts;
        this.onLeave = onLeave;
        this.threads = parts.threads();
        this.region = region;
        this.options = options;
        this.callbacks = new SerialExecutor(threads.callbacks());
        this.interval = options.lease().dividedBy(4);
        this.state = new LeaseState(parts.ids().next(), options.lease());
    }

    /** Requests the lock once the answers are being read, because an earlier answer could be missed. */
    CompletableFuture<RegionLock> acquire() {
        AnswerFeed.Follow following = parts.router().follow(region, handler);
        Duration longest = options.maxWait().plus(parts.answerTimeout());
        boolean abandoned;
        synchronized (lock) {
            follow = following;
            abandoned = state.phase() == LeaseState.Phase.ABANDONED;
            if (!abandoned) {
                acquireTimeout = threads.timers()
                        .at(Deadline.after(threads.clock().nanoTime(), longest), () -> acquireTimedOut(longest));
            }
        }
        if (abandoned) {
            leave();
        } else {
            Futures.whenDone(following.ready(), ready -> scheduleRequest(), closedMeanwhile -> endWithClient());
        }
        return granted;
    }

    /** Closes the lock because the client is closed: no request will be sent and no answer will be read. */
    void endWithClient() {
        abandon("the client is closed");
    }

    @Override
    public RegionId region() {
        return region;
    }

    @Override
    public FencingToken token() {
        synchronized (lock) {
            return state.token().orElseThrow(() -> new IllegalStateException("the lock was not granted"));
        }
    }

    @Override
    public boolean isHeld() {
        return !remaining().isZero();
    }

    @Override
    public Duration remaining() {
        synchronized (lock) {
            return state.remaining(threads.clock().nanoTime());
        }
    }

    @Override
    public Optional<String> yieldRequested() {
        synchronized (lock) {
            return yieldRequested;
        }
    }

    @Override
    public void renew() throws InterruptedException {
        Futures.await(renewAsync());
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        CompletableFuture<Void> extended = new CompletableFuture<>();
        synchronized (lock) {
            if (state.remaining(threads.clock().nanoTime()).isZero()) {
                extended.completeExceptionally(new LockUnavailableException(region, "not held: " + state.reason()));
                return extended;
            }
            renewals.add(extended);
        }
        threads.sends().execute(this::sendRenewal);
        return Futures.completedBy(callbacks, extended);
    }

    /** Requests a renewal whose answer nobody waits for. */
    private void scheduleRenewal() {
        threads.sends().execute(this::sendRenewal);
    }

    /** Ends the wait of those who have requested a renewal. Called with the monitor held. */
    private void completeRenewals(@Nullable SextonException failure) {
        for (CompletableFuture<Void> renewal : renewals) {
            if (failure == null) {
                renewal.complete(null);
            } else {
                renewal.completeExceptionally(failure);
            }
        }
        renewals.clear();
    }

    @Override
    public void close() {
        abandon("closed by its owner");
    }

    private void abandon(String why) {
        synchronized (lock) {
            if (state.phase() == LeaseState.Phase.ABANDONED) {
                return;
            }
            state.abandon();
            nextRenewal.cancel();
            acquireTimeout.cancel();
            granted.completeExceptionally(new LockUnavailableException(region, why));
            completeRenewals(new LockUnavailableException(region, why));
            Duration longest = options.maxWait().plus(options.lease()).plus(parts.answerTimeout());
            // Bound if no answer ever comes: by then no lease can be running.
            threads.timers().at(Deadline.after(threads.clock().nanoTime(), longest), this::leave);
            releaseOnce();
        }
    }

    private void acquireTimedOut(Duration longest) {
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

    private void scheduleRequest() {
        threads.sends().execute(this::sendRequest);
    }

    /** Sends the request or repeats it with the same id, so that both count as one request. */
    private void sendRequest() {
        synchronized (lock) {
            if (state.phase() != LeaseState.Phase.REQUESTED) {
                return;
            }
            state.requesting(threads.clock().nanoTime());
            requestsSent++;
        }
        LockRequest request = request(state.requestId())
                .setAcquire(LockRequest.Acquire.newBuilder()
                        .setMode(options.mode())
                        .setPurpose(options.purpose())
                        .setLease(Times.toProto(options.lease()))
                        .setMaxWait(Times.toProto(options.maxWait())))
                .build();
        Futures.whenDone(parts.log().append(Topics.LOCK_REQUESTS, region, request), this::requestLogged, failure -> {
            logRepeat(failure);
            threads.timers().at(Deadline.after(threads.clock().nanoTime(), RETRY_INTERVAL), this::scheduleRequest);
        });
    }

    /** Logs that a request is repeated: as a warning, once for each lock, if an operator must add a permission. */
    private void logRepeat(Throwable failure) {
        boolean isFirst;
        synchronized (lock) {
            isFirst = requestsSent == 1;
        }
        String message = "A request for the lock of region {} failed and is repeated: {}";
        if (isFirst && MissingPermission.isIn(failure)) {
            LOG.warn(message, region, failure.getMessage());
        } else {
            LOG.info(message, region, failure.getMessage());
        }
    }

    private void requestLogged(LogPosition position) {
        synchronized (lock) {
            if (requestsSent == 1) {
                // After a repeat the token is the offset of the first request in the log, which only the answer
                // contains.
                state.tokenKnown(new FencingToken(position.offset()));
            }
            if (state.phase() == LeaseState.Phase.ABANDONED) {
                releaseOnce();
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
        Futures.whenDone(parts.log().append(Topics.LOCK_REQUESTS, region, request), position -> {}, failure -> {
            LOG.debug("A renewal of the lock of region {} failed: {}", region, failure.getMessage());
            synchronized (lock) {
                completeRenewals(failure);
            }
        });
    }

    /** Renews at once if so little of the lease is left that a renewal after the interval would be too late. */
    private void renewInTime(long now) {
        if (state.remaining(now).compareTo(interval.multipliedBy(2)) < 0) {
            scheduleRenewal();
        } else {
            renewAfterInterval(now);
        }
    }

    private void renewAfterInterval(long now) {
        nextRenewal.cancel();
        nextRenewal = threads.timers().at(Deadline.after(now, interval), this::scheduleRenewal);
    }

    /** Sends the release once, as soon as the token is known. Called with the monitor held. */
    private void releaseOnce() {
        if (requestsSent == 0) {
            leave();
        } else if (!releaseSent && state.token().isPresent()) {
            releaseSent = true;
            LockRequest request = request(parts.ids().next())
                    .setRelease(LockRequest.Release.newBuilder()
                            .setToken(state.token().get().value()))
                    .build();
            threads.sends().execute(() -> release(request));
        }
    }

    private void release(LockRequest request) {
        Futures.whenDone(parts.log().append(Topics.LOCK_REQUESTS, region, request), position -> leave(), failure -> {
            LOG.info(
                    "A release of the lock of region {} failed, the lock expires with its lease: {}",
                    region,
                    failure.getMessage());
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
            parts.router().leave(region, handler, following);
            onLeave.accept(this);
        }
    }

    private LockRequest.Builder request(String id) {
        return LockRequest.newBuilder()
                .setRegion(region.value())
                .setOwner(parts.owner())
                .setRequestId(id);
    }

    /** Performs an effect. Called with the monitor held. */
    private void perform(LeaseState.Effect effect) {
        long now = threads.clock().nanoTime();
        switch (effect) {
            case NOTHING -> {}
            case RENEW -> scheduleRenewal();
            case GRANT -> {
                acquireTimeout.cancel();
                if (options.isRenewed()) {
                    renewInTime(now);
                }
                granted.complete(this);
            }
            case REJECT -> {
                acquireTimeout.cancel();
                nextRenewal.cancel();
                granted.completeExceptionally(new LockUnavailableException(region, state.reason()));
                leave();
            }
            case REPORT_LOSS -> {
                nextRenewal.cancel();
                String why = state.reason();
                completeRenewals(new LockUnavailableException(region, why));
                callbacks.execute(() -> options.listener().onLost(this, why));
                releaseOnce();
            }
            case RELEASE -> releaseOnce();
        }
        watchDeadline(now);
    }

    /**
     * Sets at most one timer for the lock. A timer that fires too early, because the lease was renewed, is set again.
     */
    private void watchDeadline(long now) {
        if (!timerSet
                && state.phase() == LeaseState.Phase.HELD
                && !state.deadline().hasPassed(now)) {
            timerSet = true;
            threads.timers().at(state.deadline(), this::deadlineMayHavePassed);
        }
    }

    private void deadlineMayHavePassed() {
        synchronized (lock) {
            timerSet = false;
            perform(state.checkDeadline(threads.clock().nanoTime()));
        }
    }

    private void yieldRequestReceived(String purpose) {
        if (state.phase() == LeaseState.Phase.HELD || state.phase() == LeaseState.Phase.LATE) {
            yieldRequested = Optional.of(purpose);
            Futures.whenDone(
                    granted,
                    held -> callbacks.execute(() -> options.listener().onYieldRequested(this, purpose)),
                    neverHeld -> {});
        }
    }

    private final class EventHandler implements LockRouter.Handler {
        @Override
        public void event(LockEvent event) {
            synchronized (lock) {
                long now = threads.clock().nanoTime();
                FencingToken token = new FencingToken(event.getToken());
                boolean isOfAcquire = event.getRequestId().equals(state.requestId());
                switch (event.getEventCase()) {
                    case GRANTED -> perform(isOfAcquire ? state.granted(token, now) : LeaseState.Effect.NOTHING);
                    case QUEUED -> {
                        if (isOfAcquire) {
                            state.tokenKnown(token);
                            if (state.phase() == LeaseState.Phase.ABANDONED) {
                                releaseOnce();
                            }
                        }
                    }
                    case REJECTED ->
                        perform(state.rejected(
                                event.getRequestId(), event.getRejected().getReason()));
                    case RENEWED -> {
                        perform(state.renewed(event.getRequestId(), now));
                        if (state.phase() == LeaseState.Phase.HELD) {
                            completeRenewals(null);
                        }
                    }
                    case RELEASED -> perform(isOfAcquire ? state.ended("it was released") : LeaseState.Effect.NOTHING);
                    case EXPIRED ->
                        perform(isOfAcquire ? state.ended("its lease has run out") : LeaseState.Effect.NOTHING);
                    case YIELD_REQUESTED -> {
                        if (isOfAcquire) {
                            yieldRequestReceived(event.getYieldRequested().getPurpose());
                        }
                    }
                    case EVENT_NOT_SET ->
                        LOG.warn(
                                "A lock event of region {} has a kind that this version does not know: ignored",
                                region);
                }
            }
        }

        @Override
        public void gap(String why) {
            synchronized (lock) {
                if (state.phase() == LeaseState.Phase.REQUESTED && requestsSent > 0) {
                    scheduleRequest();
                } else {
                    // A request to yield is emitted once: it may be among the missed events.
                    yieldRequestReceived(why);
                }
            }
        }
    }
}
