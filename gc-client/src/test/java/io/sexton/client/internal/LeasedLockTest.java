package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.FencingToken;
import io.sexton.client.locks.LockListener;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.testing.FakeFeed;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.client.testing.SimulatedWorld;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.LockRequest.RequestCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class LeasedLockTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final Duration LEASE = Duration.ofSeconds(100);
    private final SimulatedWorld world = new SimulatedWorld(1, (offset, message) -> {});
    private final ScriptedLog log = new ScriptedLog();
    private final FakeFeed feed = new FakeFeed();
    private Executor callbacks = Runnable::run;
    private final LeasedLocks locks = new LeasedLocks(new LockParts(
            "owner",
            log,
            new LockRouter("owner", feed::to),
            Ids.fresh("owner"),
            new Threads(world, world, Runnable::run, task -> callbacks.execute(task)),
            Duration.ofSeconds(10)));
    private final List<String> calls = new ArrayList<>();
    private final LockOptions options = LockOptions.of(LockMode.UPDATE, "GC", LEASE)
            .maxWait(Duration.ofSeconds(60))
            .listener(new LockListener() {
                @Override
                public void onYieldRequested(RegionLock lock, String purpose) {
                    calls.add("yield to " + purpose);
                }

                @Override
                public void onLost(RegionLock lock, String why) {
                    calls.add("lost");
                }
            });

    @Test
    void repeatsARequestOfUnknownOutcomeWithItsId() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.fail(0);
        advance(Duration.ofSeconds(1));

        assertThat(log.appends).hasSize(2);
        assertThat(request(1)).isEqualTo(request(0));
        assertThat(waiting).isNotDone();
    }

    @Test
    void countsFromTheFirstOfRepeatedRequests() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.fail(0);
        advance(Duration.ofSeconds(1));
        log.acknowledge(1);

        grant(0);

        assertThat(waiting.join().remaining()).isEqualTo(Duration.ofSeconds(74));
        assertThat(waiting.join().token()).isEqualTo(new FencingToken(0));
    }

    @Test
    void leavesTheQueueWhenCancelled() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);

        waiting.cancel(false);

        assertThat(request(1).getRelease().getToken()).isZero();
        log.acknowledge(1);
        assertThat(feed.followers).isZero();
    }

    @Test
    void releasesARepeatedRequestOnlyOnceItsTokenIsKnown() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.fail(0);
        advance(Duration.ofSeconds(1));
        waiting.cancel(false);
        log.acknowledge(1);
        assertThat(log.appends).hasSize(2);

        // The first request was logged, at 7, so the offset of the repeat is not the token.
        deliver(event(0, 7).setQueued(LockEvent.Queued.getDefaultInstance()));

        assertThat(request(2).getRelease().getToken()).isEqualTo(7);
    }

    @Test
    void releasesAGrantThatComesAfterTheCancellation() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        waiting.cancel(false);
        assertThat(log.appends).hasSize(1);

        grant(5);

        assertThat(request(1).getRelease().getToken()).isEqualTo(5);
    }

    @Test
    void timesOutWithoutAnAnswer() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);

        advance(Duration.ofSeconds(70));

        assertThatThrownBy(waiting::join)
                .hasCauseInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("not granted within PT1M10S");
        assertThat(request(1).getRequestCase()).isEqualTo(RequestCase.RELEASE);
    }

    @Test
    void aLateGrantIsReturnedAfterItsRenewal() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(
                REGION, options.maxWait(Duration.ofSeconds(500)).notRenewed());
        advance(Duration.ofSeconds(76));
        grant(5);
        assertThat(waiting).isNotDone();
        assertThat(request(1).getRenew().getToken()).isEqualTo(5);
        advance(Duration.ofSeconds(10));

        renewed(1);

        assertThat(waiting.join().remaining()).isEqualTo(Duration.ofSeconds(65));
    }

    @Test
    void isRenewedFourTimesALease() {
        RegionLock lock = held();
        advance(Duration.ofSeconds(25));

        renewed(1);

        assertThat(lock.remaining()).isEqualTo(Duration.ofSeconds(75));
        advance(Duration.ofSeconds(25));
        assertThat(log.appends).hasSize(3);
        assertThat(request(2).getRequestId()).isNotEqualTo(request(1).getRequestId());
    }

    @Test
    void isRenewedAtOnceAfterALongWait() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);
        advance(Duration.ofSeconds(55));

        grant(0);

        RegionLock lock = waiting.join();
        assertThat(lock.remaining()).isEqualTo(Duration.ofSeconds(20));
        assertThat(request(1).getRequestCase()).isEqualTo(RequestCase.RENEW);
        renewed(1);
        assertThat(lock.remaining()).isEqualTo(Duration.ofSeconds(75));
        advance(Duration.ofSeconds(25));
        assertThat(request(2).getRequestCase()).isEqualTo(RequestCase.RENEW);
        assertThat(calls).isEmpty();
    }

    @Test
    void isLostAndReleasedAtItsDeadline() {
        RegionLock lock = held();

        advance(Duration.ofSeconds(75));

        assertThat(lock.isHeld()).isFalse();
        assertThat(calls).containsExactly("lost");
        assertThat(request(log.appends.size() - 1).getRequestCase()).isEqualTo(RequestCase.RELEASE);
        renewed(1);
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void reportsTheLossWhenItExpiresInTheLog() {
        RegionLock lock = held();

        deliver(event(0, 0).setExpired(LockEvent.Expired.getDefaultInstance()));

        assertThat(lock.isHeld()).isFalse();
        assertThat(calls).containsExactly("lost");
    }

    @Test
    void reportsARequestToYield() {
        RegionLock lock = held();

        deliver(event(0, 0)
                .setYieldRequested(LockEvent.YieldRequested.newBuilder().setPurpose("migration")));

        assertThat(calls).containsExactly("yield to migration");
        assertThat(lock.yieldRequested()).contains("migration");
    }

    @Test
    void reportsARequestToYieldAfterAGap() {
        RegionLock lock = held();

        feed.gap();

        assertThat(lock.yieldRequested()).isPresent();
        assertThat(calls).hasSize(1);
    }

    @Test
    void repeatsTheRequestAfterAGap() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);

        feed.gap();

        assertThat(request(1)).isEqualTo(request(0));
        assertThat(waiting).isNotDone();
    }

    /**
     * The callback must not run under the lock's monitor: it may wait for another one, whose holder closes this lock.
     */
    @Test
    void aRejectionIsReportedByTheCallbackExecutor() {
        List<Runnable> waitingCallbacks = new ArrayList<>();
        callbacks = waitingCallbacks::add;
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);

        deliver(event(0, 0).setRejected(LockEvent.Rejected.newBuilder().setReason("no")));

        assertThat(waiting).isNotDone();
        List.copyOf(waitingCallbacks).forEach(Runnable::run);
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void ignoresEventsOfOtherOwners() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);

        deliver(event(0, 5).setOwner("other").setGranted(LockEvent.Granted.getDefaultInstance()));

        assertThat(waiting).isNotDone();
    }

    @Test
    void isReleasedOnceHoweverOftenItIsClosed() {
        RegionLock lock = held();

        lock.close();
        lock.close();

        assertThat(log.appends).hasSize(2);
        assertThat(lock.isHeld()).isFalse();
        assertThat(calls).isEmpty();
    }

    @Test
    void closingTheClientReleasesEverything() {
        RegionLock lock = held();

        locks.close();

        assertThat(lock.isHeld()).isFalse();
        assertThat(request(1).getRequestCase()).isEqualTo(RequestCase.RELEASE);
    }

    @Test
    void aRequestEndsWithItsClient() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);

        locks.close();

        assertEndedWithTheClient(waiting);
        assertThat(request(1).getRequestCase()).isEqualTo(RequestCase.RELEASE);
    }

    @Test
    void aRequestWhoseAnswersCouldNotBeReadYetEndsWithTheFeed() {
        feed.reachable = false;
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        assertThat(waiting).isNotDone();

        feed.close();

        assertEndedWithTheClient(waiting);
        assertThat(feed.followers).isZero();
        assertThat(log.appends).isEmpty();
    }

    @Test
    void aClosedClientAcquiresNoLock() {
        locks.close();

        assertEndedWithTheClient(locks.acquireAsync(REGION, options));
        assertThatThrownBy(() -> locks.acquire(REGION, options)).isInstanceOf(LockUnavailableException.class);
        assertThatThrownBy(() -> locks.acquireAll(List.of(REGION), options))
                .isInstanceOf(LockUnavailableException.class);
        assertThat(feed.followers).isZero();
        assertThat(log.appends).isEmpty();
    }

    private static void assertEndedWithTheClient(CompletableFuture<RegionLock> request) {
        assertThat(request).isCompletedExceptionally();
        assertThatThrownBy(request::join)
                .hasCauseInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("the client is closed");
    }

    private RegionLock held() {
        CompletableFuture<RegionLock> waiting = locks.acquireAsync(REGION, options);
        log.acknowledge(0);
        grant(0);
        RegionLock lock = waiting.join();
        assertThat(lock.remaining()).isEqualTo(Duration.ofSeconds(75));
        return lock;
    }

    private void grant(long token) {
        deliver(event(0, token).setGranted(LockEvent.Granted.getDefaultInstance()));
    }

    private void renewed(int index) {
        deliver(event(index, 0).setRenewed(LockEvent.Renewed.getDefaultInstance()));
    }

    private LockEvent.Builder event(int answering, long token) {
        return LockEvent.newBuilder()
                .setRegion(REGION.value())
                .setOwner("owner")
                .setRequestId(request(answering).getRequestId())
                .setToken(token);
    }

    private LockRequest request(int index) {
        return log.appends.get(index).lockRequest();
    }

    private void deliver(LockEvent.Builder event) {
        feed.deliver(REGION, event.build());
    }

    private void advance(Duration time) {
        world.run(time, () -> {});
    }
}
