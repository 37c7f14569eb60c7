package io.sexton.locks.core;

/**
 * A change of a region's lock, or the result of a request that changes nothing. {@link LockEvents} emits one event for
 * each.
 */
sealed interface Decision {
    /** @param claim the claim after the decision: held */
    record Grant(Claim claim) implements Decision {}

    record Queue(Claim claim, int ahead) implements Decision {}

    /** A waiting request was repeated. */
    record QueueAgain(Claim claim, int ahead) implements Decision {}

    /**
     * A granted request was repeated. The lease begins again, because the client may count it from the repeat.
     *
     * @param claim the claim after the decision
     */
    record GrantAgain(Claim claim) implements Decision {}

    /**
     * @param claim the claim after the decision
     * @param by requester of the renewal
     */
    record Renew(Claim claim, Requester by) implements Decision {}

    record Release(Claim claim, Requester by) implements Decision {}

    /** The token to release has no claim. */
    record ReleaseNothing(FencingToken token, Requester by) implements Decision {}

    record Expire(Claim claim) implements Decision {}

    /** A waiting claim leaves the queue after its {@code max_wait}. */
    record TimeOut(Claim claim, String reason) implements Decision {}

    /** A request for a lock is rejected at once. */
    record RejectAcquire(FencingToken token, Requester requester, String reason) implements Decision {}

    /** A renewal or release is rejected; the lock does not change. */
    record RejectRequest(FencingToken token, Requester by, String reason) implements Decision {}

    /** A request was repeated after its claim ended. */
    record RepeatEnding(Requester requester, Ending ending) implements Decision {}

    record RequestYield(Claim holder, String purpose) implements Decision {}
}
