package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;

/**
 * A claim to a region's lock, held or waiting. Immutable.
 *
 * @param token offset of the request that made the claim
 * @param purpose description for people, also sent to holders that are requested to yield
 * @param lease time for which the claim is held without a renewal
 * @param deadline end of the lease while the claim is held, end of {@code max_wait} while it waits
 */
record Claim(
        FencingToken token,
        Requester requester,
        Mode mode,
        String purpose,
        Duration lease,
        State state,
        Deadline deadline) {

    enum State {
        WAITING,
        HELD
    }

    boolean isHeld() {
        return state == State.HELD;
    }

    boolean isOf(String owner) {
        return requester.owner().equals(owner);
    }

    /** Returns whether this claim waits and its mode requests the holder to yield. */
    boolean requestsYieldFrom(Claim holder) {
        return !isHeld() && holder.isHeld() && mode.requestsYieldFrom(holder.mode);
    }

    /** Returns this claim, held, with a lease that begins at the next agreeing tick. */
    Claim heldWithNewLease() {
        return new Claim(token, requester, mode, purpose, lease, State.HELD, new Deadline.AfterNextTick(lease));
    }

    /** Returns this claim with a deadline that is counted from the tick, if it awaited one. */
    Claim countedFrom(Instant tick) {
        return switch (deadline) {
            case Deadline.AfterNextTick later ->
                new Claim(token, requester, mode, purpose, lease, state, new Deadline.At(tick.plus(later.length())));
            case Deadline.At counted -> this;
        };
    }

    boolean awaitsTick() {
        return deadline instanceof Deadline.AfterNextTick;
    }

    boolean isPastDeadline(Instant clock) {
        return deadline instanceof Deadline.At at && !at.firstInstantPast().isAfter(clock);
    }
}
