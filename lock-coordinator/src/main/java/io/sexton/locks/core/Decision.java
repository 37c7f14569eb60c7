package io.sexton.locks.core;

/** What becomes of a region's lock. Each is said as one {@link io.sexton.v1.LockEvent}. */
sealed interface Decision {
    /** @param claim as it is from now on: held */
    record Grant(Claim claim) implements Decision {}

    record Queue(Claim claim, int ahead) implements Decision {}

    /** The request was repeated while it waits. */
    record WaitOn(Claim claim, int ahead) implements Decision {}

    /**
     * The request was repeated while it is held. The lease begins anew, because the client may count it from the repeat.
     *
     * @param claim as it is from now on
     */
    record GrantAgain(Claim claim) implements Decision {}

    /**
     * @param claim as it is from now on
     * @param by who renewed
     */
    record Renew(Claim claim, Requester by) implements Decision {}

    record Release(Claim claim, Requester by) implements Decision {}

    /** What is to be released is not held. */
    record ReleaseNothing(FencingToken token, Requester by) implements Decision {}

    record Expire(Claim claim) implements Decision {}

    /** A claim leaves the queue unserved. */
    record GiveUp(Claim claim, String reason) implements Decision {}

    /** A request for a lock is turned down at once. */
    record Refuse(FencingToken token, Requester requester, String reason) implements Decision {}

    /** A request about a lock is turned down; the lock stays as it is. */
    record Deny(FencingToken token, Requester by, String reason) implements Decision {}

    /** The request was repeated after its end. */
    record Recall(Requester requester, Ending ending) implements Decision {}

    record AskToYield(Claim holder, String purpose) implements Decision {}
}
