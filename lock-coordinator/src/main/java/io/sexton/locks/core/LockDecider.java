package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rules of section 9: reads who holds and who waits, and says what follows. Changes nothing. */
final class LockDecider {
    /**
     * Longest lease. Whoever crashes blocks a region for so long at most. A longer one is rejected, never shortened: its
     * owner would count the length that it asked for (I4).
     */
    static final Duration MAX_LEASE = Duration.ofHours(1);

    /** Most claims of one region. A region's claims are one row, which must fit into a record of the changelog. */
    static final int MAX_CLAIMS = 256;

    private LockDecider() {}

    /** @param at offset of the request */
    static Decision decide(RegionLock lock, Endings endings, Ask ask, FencingToken at) {
        return switch (ask) {
            case Ask.Acquire acquire -> acquire(lock, endings, acquire, at);
            case Ask.Renew renew -> renew(lock, renew);
            case Ask.Release release -> release(lock, release, at);
        };
    }

    private static Decision acquire(RegionLock lock, Endings endings, Ask.Acquire ask, FencingToken at) {
        Optional<Claim> known = lock.find(ask.requester());
        if (known.isPresent()) {
            Claim claim = known.get();
            return claim.isHeld()
                    ? new Decision.GrantAgain(claim.heldAnew())
                    : new Decision.WaitOn(claim, lock.ahead(claim.token()));
        }
        Optional<Ending> ended = endings.of(ask.requester());
        if (ended.isPresent()) {
            // WARNING: I4. Whatever the request once got, what has ended is never said to be held again.
            return new Decision.Recall(ask.requester(), ended.get());
        }
        Claim claim = new Claim(
                at,
                ask.requester(),
                ask.mode(),
                ask.purpose(),
                ask.lease(),
                Claim.Standing.WAITING,
                new Deadline.AfterNextTick(ask.maxWait()));
        return begin(lock, claim, ask.maxWait());
    }

    private static Decision begin(RegionLock lock, Claim claim, Duration maxWait) {
        if (claim.lease().isZero()) {
            return refuse(claim, "the lease is zero");
        }
        if (claim.lease().compareTo(MAX_LEASE) > 0) {
            return refuse(claim, "the lease is longer than " + MAX_LEASE.toSeconds() + " s");
        }
        if (lock.claims().size() >= MAX_CLAIMS) {
            return refuse(claim, "the region has " + MAX_CLAIMS + " holders and waiters already");
        }
        if (mayBeGranted(lock, claim)) {
            return new Decision.Grant(claim.heldAnew());
        }
        // Whoever has a claim must not wait for another one in the same region: it might wait for itself.
        Optional<Claim> own = lock.findOf(claim.requester().owner());
        if (own.isPresent()) {
            return refuse(
                    claim,
                    "it would have to wait, while its owner has token "
                            + own.get().token() + " already; release that first");
        }
        return maxWait.isZero()
                ? refuse(claim, "it would have to wait, and max_wait is zero")
                : new Decision.Queue(claim, lock.ahead(claim.token()));
    }

    private static Decision refuse(Claim claim, String reason) {
        return new Decision.Refuse(claim.token(), claim.requester(), reason);
    }

    /** First come, first served: nobody overtakes one that waits, so grants are in the order of tokens. */
    private static boolean mayBeGranted(RegionLock lock, Claim claim) {
        return lock.ahead(claim.token()) == 0 && lock.isCompatible(claim.mode());
    }

    private static Decision renew(RegionLock lock, Ask.Renew ask) {
        Optional<Claim> found = lock.find(ask.token());
        if (found.isEmpty()) {
            return new Decision.Deny(ask.token(), ask.requester(), "this token holds nothing, or no longer");
        }
        Claim claim = found.get();
        if (!claim.isOf(ask.requester().owner())) {
            return new Decision.Deny(ask.token(), ask.requester(), "this token is another owner's");
        }
        return claim.isHeld()
                ? new Decision.Renew(claim.heldAnew(), ask.requester())
                : new Decision.Deny(ask.token(), ask.requester(), "this token still waits");
    }

    private static Decision release(RegionLock lock, Ask.Release ask, FencingToken at) {
        if (ask.token().compareTo(at) >= 0) {
            return new Decision.Deny(ask.token(), ask.requester(), "there is no such token yet");
        }
        Optional<Claim> found = lock.find(ask.token());
        if (found.isEmpty()) {
            return new Decision.ReleaseNothing(ask.token(), ask.requester());
        }
        return found.get().isOf(ask.requester().owner())
                ? new Decision.Release(found.get(), ask.requester())
                : new Decision.Deny(ask.token(), ask.requester(), "this token is another owner's");
    }

    /** The waiter that is to be served next, if it can be. */
    static Optional<Decision> nextGrant(RegionLock lock) {
        return lock.waiters()
                .findFirst()
                .filter(first -> mayBeGranted(lock, first))
                .map(first -> new Decision.Grant(first.heldAnew()));
    }

    /** The claim that is over first, if any is over at this clock. */
    static Optional<Decision> nextEnding(RegionLock lock, Instant clock) {
        return lock.firstOver(clock)
                .map(claim -> claim.isHeld()
                        ? new Decision.Expire(claim)
                        : new Decision.GiveUp(claim, "it has waited for longer than max_wait"));
    }

    /**
     * Who is to be asked to yield after this decision: once for each waiter and holder, because each pair begins to exist
     * exactly once, when the one is queued or the other is granted.
     *
     * @param lock after the decision
     */
    static List<Decision> requestsToYield(RegionLock lock, Decision decision) {
        return switch (decision) {
            case Decision.Queue queue ->
                lock.holders()
                        .filter(queue.claim()::asksToYield)
                        .<Decision>map(holder ->
                                new Decision.AskToYield(holder, queue.claim().purpose()))
                        .toList();
            case Decision.Grant grant ->
                lock.waiters()
                        .filter(waiter -> waiter.asksToYield(grant.claim()))
                        .<Decision>map(waiter -> new Decision.AskToYield(grant.claim(), waiter.purpose()))
                        .toList();
            case Decision.WaitOn d -> List.of();
            case Decision.GrantAgain d -> List.of();
            case Decision.Renew d -> List.of();
            case Decision.Release d -> List.of();
            case Decision.ReleaseNothing d -> List.of();
            case Decision.Expire d -> List.of();
            case Decision.GiveUp d -> List.of();
            case Decision.Refuse d -> List.of();
            case Decision.Deny d -> List.of();
            case Decision.Recall d -> List.of();
            case Decision.AskToYield d -> List.of();
        };
    }
}
