package io.sexton.locks.core;

import java.time.Duration;
import java.time.Instant;

/**
 * What somebody holds, or waits for. Immutable.
 *
 * @param purpose for people, and for those who are asked to yield
 * @param lease how long it is held without being renewed
 * @param deadline while it is held: of its lease; while it waits: of its patience
 */
record Claim(
        FencingToken token,
        Requester requester,
        Mode mode,
        String purpose,
        Duration lease,
        Standing standing,
        Deadline deadline) {

    enum Standing {
        WAITING,
        HELD
    }

    boolean isHeld() {
        return standing == Standing.HELD;
    }

    boolean isOf(String owner) {
        return requester.owner().equals(owner);
    }

    boolean asksToYield(Claim holder) {
        return !isHeld() && holder.isHeld() && mode.asksToYield(holder.mode);
    }

    /** Held, with a lease that begins with the next agreeing tick. */
    Claim heldAnew() {
        return new Claim(token, requester, mode, purpose, lease, Standing.HELD, new Deadline.AfterNextTick(lease));
    }

    /** The same, where what awaits a tick is counted from this one. */
    Claim countedFrom(Instant tick) {
        return switch (deadline) {
            case Deadline.AfterNextTick later ->
                new Claim(token, requester, mode, purpose, lease, standing, new Deadline.At(tick.plus(later.length())));
            case Deadline.At counted -> this;
        };
    }

    boolean awaitsTick() {
        return deadline instanceof Deadline.AfterNextTick;
    }

    boolean isOver(Instant clock) {
        return deadline instanceof Deadline.At at && !at.over().isAfter(clock);
    }
}
