package io.sexton.locks.core;

import java.time.Duration;

/** A valid request of a lock's owner. */
sealed interface Ask {
    Requester requester();

    /** @param maxWait zero: not at all */
    record Acquire(Requester requester, Mode mode, String purpose, Duration lease, Duration maxWait) implements Ask {}

    record Renew(Requester requester, FencingToken token) implements Ask {}

    record Release(Requester requester, FencingToken token) implements Ask {}
}
