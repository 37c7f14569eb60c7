package io.sexton.locks.core;

import java.time.Duration;

/** A valid request of an owner for a region's lock. */
sealed interface OwnerRequest {
    Requester requester();

    /** @param maxWait zero: the request is granted at once or rejected */
    record Acquire(Requester requester, Mode mode, String purpose, Duration lease, Duration maxWait)
            implements OwnerRequest {}

    record Renew(Requester requester, FencingToken token) implements OwnerRequest {}

    record Release(Requester requester, FencingToken token) implements OwnerRequest {}
}
