package io.sexton.locks.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.Times;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A second implementation of the lock rules, which shares no code with the coordinator. Checks the events against the
 * requests and the clock. Simple and slow on purpose.
 */
final class RuleChecker {
    private static final Duration REMEMBERED_AT_LEAST = Duration.ofMinutes(15);

    private final Map<String, Region> regions = new HashMap<>();

    /** The state of one request for a lock. */
    private static final class Claim {
        final long token;
        final LockRequest request;
        boolean held;

        @Nullable
        Instant countedFrom;

        Claim(long token, LockRequest request) {
            this.token = token;
            this.request = request;
        }

        LockMode mode() {
            return request.getAcquire().getMode();
        }

        Instant end(Instant from) {
            LockRequest.Acquire acquire = request.getAcquire();
            return from.plus(Times.of(held ? acquire.getLease() : acquire.getMaxWait()));
        }

        boolean isOver(Instant clock) {
            return countedFrom != null && end(countedFrom).isBefore(clock);
        }
    }

    private record Ended(LockEvent event, Instant time) {}

    private static final class Region {
        final List<Claim> claims = new ArrayList<>();
        final Map<String, Ended> ended = new HashMap<>();
        final Set<String> yieldRequests = new HashSet<>();
        long lastGranted = -1;

        Optional<Claim> claim(long token) {
            return claims.stream().filter(c -> c.token == token).findFirst();
        }

        Optional<Claim> claim(LockRequest request) {
            return claims.stream()
                    .filter(c -> id(c.request).equals(id(request)))
                    .findFirst();
        }

        List<Claim> waiting() {
            return claims.stream()
                    .filter(c -> !c.held)
                    .sorted(Comparator.comparingLong(c -> c.token))
                    .toList();
        }

        boolean isCompatible(LockMode mode) {
            return claims.stream().filter(c -> c.held).allMatch(c -> compatible(c.mode(), mode));
        }

        boolean canBeGranted(long token, LockMode mode) {
            return isCompatible(mode) && waiting().stream().noneMatch(w -> w.token < token);
        }
    }

    private static boolean compatible(LockMode a, LockMode b) {
        Set<LockMode> both = new HashSet<>(List.of(LockMode.SHARED));
        both.add(a);
        both.add(b);
        return !both.contains(LockMode.EXCLUSIVE) && !(a == LockMode.UPDATE && b == LockMode.UPDATE);
    }

    private static boolean requestsYield(LockMode waiting, LockMode held) {
        return waiting == LockMode.EXCLUSIVE || (waiting == LockMode.UPDATE && held == LockMode.UPDATE);
    }

    private static String id(LockRequest request) {
        return request.getOwner() + "/" + request.getRequestId();
    }

    private static String id(LockEvent event) {
        return event.getOwner() + "/" + event.getRequestId();
    }

    /** Checks the events that a valid request led to. */
    void onRequest(LockRequest request, long offset, Instant time, List<LockEvent> events) {
        Region region = regions.computeIfAbsent(request.getRegion(), r -> new Region());
        assertThat(events).as("every request is answered").isNotEmpty();
        LockEvent answer = events.get(0);
        assertThat(answer.getRegion()).isEqualTo(request.getRegion());
        assertThat(id(answer)).isEqualTo(id(request));
        switch (request.getRequestCase()) {
            case ACQUIRE -> onAcquire(region, request, offset, answer, time);
            case RENEW -> onRenew(region, request, answer, time);
            case RELEASE -> onRelease(region, request, offset, answer, time);
            case TICK, REQUEST_NOT_SET -> throw new AssertionError("not a request of a region");
        }
        events.subList(1, events.size()).forEach(event -> onConsequence(region, event, time));
        checkInvariants(region);
    }

    /** Checks the events that an agreeing tick led to. */
    void onTick(Instant clock, List<LockEvent> events) {
        regions.values().stream().flatMap(r -> r.claims.stream()).forEach(claim -> {
            if (claim.countedFrom == null) {
                claim.countedFrom = clock;
            }
        });
        for (LockEvent event : events) {
            Region region = Optional.ofNullable(regions.get(event.getRegion())).orElseThrow();
            if (event.hasExpired() || event.hasRejected()) {
                Claim claim = claimOf(region, event);
                assertThat(claim.held).isEqualTo(event.hasExpired());
                assertThat(claim.isOver(clock))
                        .as("not ended early: " + LockLog.line(event))
                        .isTrue();
                end(region, claim, event, clock);
            } else {
                onConsequence(region, event, clock);
            }
        }
        for (Region region : regions.values()) {
            assertThat(region.claims).as("no claim is past its deadline").noneMatch(claim -> claim.isOver(clock));
            checkInvariants(region);
        }
    }

    /** Checks that no claim is held or waits. */
    void assertNoClaimsLeft() {
        regions.forEach((id, region) -> assertThat(region.claims).as(id).isEmpty());
    }

    private void onAcquire(Region region, LockRequest request, long offset, LockEvent answer, Instant time) {
        Optional<Claim> known = region.claim(request);
        if (known.isPresent()) {
            Claim claim = known.get();
            assertThat(answer.getToken()).isEqualTo(claim.token);
            if (claim.held) {
                assertGranted(claim, answer, time);
                claim.countedFrom = null;
            } else {
                assertQueued(region, claim, answer);
            }
            return;
        }
        Ended ended = region.ended.get(id(request));
        if (ended != null && answer.getToken() != offset) {
            assertThat(answer.getToken()).isEqualTo(ended.event.getToken());
            assertThat(answer.getEventCase()).isEqualTo(ended.event.getEventCase());
            assertThat(answer.getRejected()).isEqualTo(ended.event.getRejected());
            return;
        }
        if (ended != null) {
            assertThat(time).as("ending deleted too early").isAfterOrEqualTo(ended.time.plus(REMEMBERED_AT_LEAST));
        }
        assertThat(answer.getToken()).isEqualTo(offset);
        onNewAcquire(region, new Claim(offset, request), answer, time);
    }

    private void onNewAcquire(Region region, Claim claim, LockEvent answer, Instant time) {
        Duration lease = Times.of(claim.request.getAcquire().getLease());
        boolean validLease = !lease.isZero() && lease.compareTo(Duration.ofHours(1)) <= 0;
        boolean free = region.canBeGranted(claim.token, claim.mode());
        boolean ownerHasClaim =
                region.claims.stream().anyMatch(c -> c.request.getOwner().equals(claim.request.getOwner()));
        boolean waits = !Times.of(claim.request.getAcquire().getMaxWait()).isZero();
        if (validLease && free) {
            grant(region, claim, answer, time);
        } else if (validLease && !ownerHasClaim && waits) {
            region.claims.add(claim);
            assertQueued(region, claim, answer);
        } else {
            assertThat(answer.hasRejected()).as("is rejected").isTrue();
            assertThat(answer.getRejected().getReason()).isNotEmpty();
            region.ended.put(id(claim.request), new Ended(answer, time));
        }
    }

    private void onRenew(Region region, LockRequest request, LockEvent answer, Instant time) {
        long token = request.getRenew().getToken();
        assertThat(answer.getToken()).isEqualTo(token);
        Optional<Claim> held =
                region.claim(token).filter(c -> c.held && c.request.getOwner().equals(request.getOwner()));
        if (held.isEmpty()) {
            assertThat(answer.hasRejected()).as("only a holder renews").isTrue();
            return;
        }
        assertThat(answer.getRenewed().getLeaseUntil())
                .isEqualTo(Times.toProto(
                        time.plus(Times.of(held.get().request.getAcquire().getLease()))));
        held.get().countedFrom = null;
    }

    private void onRelease(Region region, LockRequest request, long offset, LockEvent answer, Instant time) {
        long token = request.getRelease().getToken();
        assertThat(answer.getToken()).isEqualTo(token);
        Optional<Claim> claim = region.claim(token);
        boolean foreign = claim.filter(c -> !c.request.getOwner().equals(request.getOwner()))
                .isPresent();
        boolean future = Long.compareUnsigned(token, offset) >= 0;
        if (foreign || future) {
            assertThat(answer.hasRejected()).as("only the owner releases").isTrue();
            return;
        }
        assertThat(answer.hasReleased()).as("release is always accepted").isTrue();
        claim.ifPresent(c -> end(region, c, answer, time));
    }

    private void onConsequence(Region region, LockEvent event, Instant time) {
        Claim claim = claimOf(region, event);
        if (event.hasYieldRequested()) {
            long waiter = region.waiting().stream()
                    .filter(w -> w.request
                            .getAcquire()
                            .getPurpose()
                            .equals(event.getYieldRequested().getPurpose()))
                    .findFirst()
                    .orElseThrow()
                    .token;
            assertThat(claim.held).as("only holders are requested to yield").isTrue();
            assertThat(region.yieldRequests.add(pair(waiter, claim.token)))
                    .as("requested once")
                    .isTrue();
        } else {
            assertThat(claim.held).as("granted once").isFalse();
            region.claims.remove(claim);
            grant(region, claim, event, time);
        }
    }

    private void grant(Region region, Claim claim, LockEvent event, Instant time) {
        assertThat(region.isCompatible(claim.mode()))
                .as("mutual exclusion (I4): " + LockLog.line(event))
                .isTrue();
        assertThat(region.canBeGranted(claim.token, claim.mode()))
                .as("first come, first served")
                .isTrue();
        assertThat(claim.token).as("tokens only grow").isGreaterThan(region.lastGranted);
        assertGranted(claim, event, time);
        region.lastGranted = claim.token;
        claim.held = true;
        claim.countedFrom = null;
        region.claims.add(claim);
    }

    private static void assertGranted(Claim claim, LockEvent event, Instant time) {
        assertThat(event.getGranted().getMode()).isEqualTo(claim.mode());
        assertThat(event.getGranted().getLeaseUntil())
                .isEqualTo(Times.toProto(
                        time.plus(Times.of(claim.request.getAcquire().getLease()))));
    }

    private static void assertQueued(Region region, Claim claim, LockEvent event) {
        assertThat(event.hasQueued()).as("waits").isTrue();
        assertThat(event.getQueued().getAhead()).isEqualTo((int)
                region.waiting().stream().filter(w -> w.token < claim.token).count());
    }

    private static Claim claimOf(Region region, LockEvent event) {
        Claim claim = region.claim(event.getToken())
                .orElseThrow(() -> new AssertionError("no claim of " + LockLog.line(event)));
        assertThat(id(event)).isEqualTo(id(claim.request));
        return claim;
    }

    private static String pair(long waiter, long holder) {
        return waiter + " " + holder;
    }

    private static void end(Region region, Claim claim, LockEvent event, Instant time) {
        region.claims.remove(claim);
        region.ended.put(id(claim.request), new Ended(event, time));
    }

    /** Checks the invariants that hold between any two records. */
    private static void checkInvariants(Region region) {
        List<Claim> waiting = region.waiting();
        if (!waiting.isEmpty()) {
            assertThat(region.isCompatible(waiting.get(0).mode()))
                    .as("a compatible claim does not wait")
                    .isFalse();
        }
        for (Claim waiter : waiting) {
            for (Claim holder : region.claims) {
                if (holder.held) {
                    assertThat(region.yieldRequests.contains(pair(waiter.token, holder.token)))
                            .as("waiter %s requests holder %s to yield", waiter.token, holder.token)
                            .isEqualTo(requestsYield(waiter.mode(), holder.mode()));
                }
            }
        }
    }
}
