package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.locks.LockListener;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.locks.RegionLocks;
import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LocksIT {

    private static final LockOptions EXCLUSIVE =
            LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofSeconds(30));
    private static FakeSexton sexton;
    private SextonClient client;
    private SextonClient other;

    @BeforeAll
    static void start() {
        sexton = new FakeSexton(4);
    }

    @AfterAll
    static void stop() {
        sexton.close();
    }

    @BeforeEach
    void connect() {
        client = sexton.client().build();
        other = sexton.client().build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        other.close();
    }

    @Test
    void isHeldForThreeQuartersOfTheLease() throws Exception {
        RegionId region = RegionId.of("three-quarters");
        try (RegionLock lock = client.locks().acquire(region, EXCLUSIVE)) {
            assertThat(lock.isHeld()).isTrue();
            assertThat(lock.remaining()).isBetween(Duration.ofSeconds(10), Duration.ofMillis(22_500));
            assertThat(lock.token().value()).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void isNotHeldOnceReleased() throws Exception {
        RegionId region = RegionId.of("released");
        RegionLock lock = client.locks().acquire(region, EXCLUSIVE);

        lock.close();

        assertThat(lock.isHeld()).isFalse();
        try (RegionLock next = other.locks().acquire(region, EXCLUSIVE.maxWait(Duration.ofSeconds(10)))) {
            assertThat(next.token()).isGreaterThan(lock.token());
        }
    }

    @Test
    void reportsTheReasonOfARejection() throws Exception {
        RegionId region = RegionId.of("turned-down");
        try (RegionLock held = client.locks().acquire(region, EXCLUSIVE)) {
            assertThatThrownBy(() -> other.locks().acquire(region, EXCLUSIVE))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessage("lock of region turned-down: held by another");
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void requestsTheHolderToYieldAndGrantsTheLockAfterItsRelease() throws Exception {
        RegionId region = RegionId.of("yield");
        List<String> purposes = new CopyOnWriteArrayList<>();
        LockListener yielding = new LockListener() {
            @Override
            public void onYieldRequested(RegionLock lock, String purpose) {
                purposes.add(purpose);
                lock.close();
            }
        };
        client.locks()
                .acquire(
                        region,
                        LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(30))
                                .listener(yielding));
        try (RegionLock next = other.locks().acquire(region, EXCLUSIVE.maxWait(Duration.ofSeconds(20)))) {
            assertThat(next.isHeld()).isTrue();
            assertThat(purposes).containsExactly("migration");
        }
    }

    @Test
    void isRenewedInTheBackground() throws Exception {
        RegionId region = RegionId.of("renewed");
        try (RegionLock lock =
                client.locks().acquire(region, LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(20)))) {
            // The first renewal is due when 10 of the 15 seconds are left for which the lock is certainly held.
            Await.until(
                    "a renewal that begins the lease again",
                    () -> renewals(region) >= 1 && lock.remaining().compareTo(Duration.ofSeconds(11)) > 0);
            assertThat(lock.isHeld()).isTrue();
        }
    }

    @Test
    void reportsTheLossWhenRenewalsAreNotAnswered() throws Exception {
        RegionId region = RegionId.of("lost");
        CompletableFuture<String> lost = new CompletableFuture<>();
        LockListener listener = new LockListener() {
            @Override
            public void onLost(RegionLock lock, String why) {
                lost.complete(why);
            }
        };
        RegionLock lock = client.locks()
                .acquire(
                        region,
                        LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(2))
                                .listener(listener));
        sexton.setPaused(true);
        try {
            assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo("it was not renewed within 0.75 of its lease");
            assertThat(lock.isHeld()).isFalse();
        } finally {
            sexton.setPaused(false);
        }
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void aLateGrantIsHeldOnlyAfterARenewal() throws Exception {
        RegionId region = RegionId.of("late");
        LockOptions shortLease = LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(1))
                .maxWait(Duration.ofSeconds(20))
                .notRenewed();
        RegionLock holder = other.locks().acquire(region, EXCLUSIVE);
        CompletableFuture<RegionLock> late = client.locks().acquireAsync(region, shortLease);
        Await.until("requested", () -> acquisitions(region) >= 2);
        long requested = System.nanoTime();
        Await.until("past the deadline of the grant", () -> System.nanoTime() - requested > 1_000_000_000L);

        holder.close();

        try (RegionLock lock = late.get(20, TimeUnit.SECONDS)) {
            assertThat(renewals(region)).isGreaterThanOrEqualTo(1);
            assertThat(lock.token()).isGreaterThan(holder.token());
        }
    }

    @Test
    void releasesTheGrantOfACancelledRequest() throws Exception {
        RegionId region = RegionId.of("cancelled");
        RegionLock holder = other.locks().acquire(region, EXCLUSIVE);
        CompletableFuture<RegionLock> waiting =
                client.locks().acquireAsync(region, EXCLUSIVE.maxWait(Duration.ofSeconds(60)));
        Await.until("requested", () -> acquisitions(region) >= 2);

        waiting.cancel(false);
        holder.close();

        other.locks().acquire(region, EXCLUSIVE.maxWait(Duration.ofSeconds(20))).close();
    }

    @Test
    void acquiresSeveralRegionsInOrderOrNone() throws Exception {
        List<RegionId> regions = List.of(RegionId.of("s3"), RegionId.of("s1"), RegionId.of("s2"));
        try (RegionLocks locks = client.locks().acquireAll(regions, EXCLUSIVE)) {
            assertThat(locks.isHeld()).isTrue();
            assertThat(locks.locks()).extracting(lock -> lock.region().value()).containsExactly("s1", "s2", "s3");
        }
        RegionLock blocking = other.locks().acquire(RegionId.of("s3"), EXCLUSIVE.maxWait(Duration.ofSeconds(20)));
        assertThatThrownBy(() -> client.locks().acquireAll(regions, EXCLUSIVE))
                .isInstanceOf(LockUnavailableException.class);
        blocking.close();
        try (RegionLocks all = other.locks().acquireAll(regions, EXCLUSIVE.maxWait(Duration.ofSeconds(20)))) {
            assertThat(all.isHeld()).isTrue();
        }
    }

    private long acquisitions(RegionId region) {
        return sexton.lockRequests.stream()
                .filter(request -> request.getRegion().equals(region.value()))
                .filter(LockRequest::hasAcquire)
                .count();
    }

    private long renewals(RegionId region) {
        return sexton.lockRequests.stream()
                .filter(request -> request.getRegion().equals(region.value()))
                .filter(LockRequest::hasRenew)
                .count();
    }
}
