package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The lock rules of section 9. Reads the claims of a region and returns decisions; changes nothing. */
final class LockDecider {
    /**
     * Longest lease: the upper bound on the time for which a crashed owner blocks a region. A longer lease is rejected,
     * never shortened, because its owner counts the length that it requested (I4).
     */
    static final Duration MAX_LEASE = Duration.ofHours(1);

    /** Maximum number of claims of one region. They are one row, which must fit into a record of the changelog. */
    static final int MAX_CLAIMS = 256;

    private LockDecider() {}

    /**
     * Returns the decision on a request.
     *
     * @param at offset of the request
     */
    static Decision decide(RegionLock lock, Endings endings, OwnerRequest request, FencingToken at) {
        return switch (request) {
            case OwnerRequest.Acquire acquire -> acquire(lock, endings, acquire, at);
            case OwnerRequest.Renew renew -> renew(lock, renew);
            case OwnerRequest.Release release -> release(lock, release, at);
        };
    }

    private static Decision acquire(RegionLock lock, Endings endings, OwnerRequest.Acquire request, FencingToken at) {
        Optional<Claim> known = lock.find(request.requester());
        if (known.isPresent()) {
            Claim claim = known.get();
            return claim.isHeld()
                    ? new Decision.GrantAgain(claim.heldWithNewLease())
                    : new Decision.QueueAgain(claim, lock.ahead(claim.token()));
        }
        Optional<Ending> ended = endings.of(request.requester());
        if (ended.isPresent()) {
            // WARNING: I4. A claim that has ended is never granted again, whatever its request once received.
            return new Decision.RepeatEnding(request.requester(), ended.get());
        }
        Claim claim = new Claim(
                at,
                request.requester(),
                request.mode(),
                request.purpose(),
                request.lease(),
                Claim.State.WAITING,
                new Deadline.AfterNextTick(request.maxWait()));
        return decideNew(lock, claim, request.maxWait());
    }

    private static Decision decideNew(RegionLock lock, Claim claim, Duration maxWait) {
        if (claim.lease().isZero()) {
            return rejectAcquire(claim, "the lease is zero");
        }
        if (claim.lease().compareTo(MAX_LEASE) > 0) {
            return rejectAcquire(claim, "the lease is longer than " + MAX_LEASE.toSeconds() + " s");
        }
        if (lock.claims().size() >= MAX_CLAIMS) {
            return rejectAcquire(claim, "the region has " + MAX_CLAIMS + " holders and waiters already");
        }
        if (mayBeGranted(lock, claim)) {
            return new Decision.Grant(claim.heldWithNewLease());
        }
        // An owner that has a claim must not wait for another one in the same region: it might wait for itself.
        Optional<Claim> own = lock.findOf(claim.requester().owner());
        if (own.isPresent()) {
            return rejectAcquire(
                    claim,
                    "it would have to wait, while its owner has token "
                            + own.get().token() + " already; release that first");
        }
        return maxWait.isZero()
                ? rejectAcquire(claim, "it would have to wait, and max_wait is zero")
                : new Decision.Queue(claim, lock.ahead(claim.token()));
    }

    private static Decision rejectAcquire(Claim claim, String reason) {
        return new Decision.RejectAcquire(claim.token(), claim.requester(), reason);
    }

    /** First come, first served: no claim overtakes a waiting one, so grants are in the order of tokens. */
    private static boolean mayBeGranted(RegionLock lock, Claim claim) {
        return lock.ahead(claim.token()) == 0 && lock.isCompatible(claim.mode());
    }

    private static Decision renew(RegionLock lock, OwnerRequest.Renew request) {
        Optional<Claim> found = lock.find(request.token());
        if (found.isEmpty()) {
            return new Decision.RejectRequest(
                    request.token(), request.requester(), "this token holds nothing, or no longer");
        }
        Claim claim = found.get();
        if (!claim.isOf(request.requester().owner())) {
            return new Decision.RejectRequest(request.token(), request.requester(), "this token is another owner's");
        }
        return claim.isHeld()
                ? new Decision.Renew(claim.heldWithNewLease(), request.requester())
                : new Decision.RejectRequest(request.token(), request.requester(), "this token still waits");
    }

    private static Decision release(RegionLock lock, OwnerRequest.Release request, FencingToken at) {
        if (request.token().compareTo(at) >= 0) {
            return new Decision.RejectRequest(request.token(), request.requester(), "there is no such token yet");
        }
        Optional<Claim> found = lock.find(request.token());
        if (found.isEmpty()) {
            return new Decision.ReleaseNothing(request.token(), request.requester());
        }
        return found.get().isOf(request.requester().owner())
                ? new Decision.Release(found.get(), request.requester())
                : new Decision.RejectRequest(request.token(), request.requester(), "this token is another owner's");
    }

    /** Returns the grant of the first waiter, if it can be granted now. */
    static Optional<Decision> nextGrant(RegionLock lock) {
        return lock.waiters()
                .findFirst()
                .filter(first -> mayBeGranted(lock, first))
                .map(first -> new Decision.Grant(first.heldWithNewLease()));
    }

    /** Returns the end of the claim with the earliest deadline, if that deadline has passed. */
    static Optional<Decision> nextEnding(RegionLock lock, Instant clock) {
        return lock.firstPastDeadline(clock)
                .map(claim -> claim.isHeld()
                        ? new Decision.Expire(claim)
                        : new Decision.TimeOut(claim, "it has waited for longer than max_wait"));
    }

    /**
     * Returns the requests to yield that follow from a decision. There is one for each pair of waiter and holder,
     * because a pair begins to exist exactly once: when the one is queued or the other is granted.
     *
     * @param lock state after the decision
     */
    static List<Decision> yieldRequests(RegionLock lock, Decision decision) {
        return switch (decision) {
            case Decision.Queue queue ->
                lock.holders()
                        .filter(queue.claim()::requestsYieldFrom)
                        .<Decision>map(holder ->
                                new Decision.RequestYield(holder, queue.claim().purpose()))
                        .toList();
            case Decision.Grant grant ->
                lock.waiters()
                        .filter(waiter -> waiter.requestsYieldFrom(grant.claim()))
                        .<Decision>map(waiter -> new Decision.RequestYield(grant.claim(), waiter.purpose()))
                        .toList();
            case Decision.QueueAgain d -> List.of();
            case Decision.GrantAgain d -> List.of();
            case Decision.Renew d -> List.of();
            case Decision.Release d -> List.of();
            case Decision.ReleaseNothing d -> List.of();
            case Decision.Expire d -> List.of();
            case Decision.TimeOut d -> List.of();
            case Decision.RejectAcquire d -> List.of();
            case Decision.RejectRequest d -> List.of();
            case Decision.RepeatEnding d -> List.of();
            case Decision.RequestYield d -> List.of();
        };
    }
}
