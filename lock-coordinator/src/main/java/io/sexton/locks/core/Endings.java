package io.sexton.locks.core;

import java.util.Optional;

/** The endings of a region's requests that are still stored. Read-only. */
@FunctionalInterface
interface Endings {
    Optional<Ending> of(Requester requester);
}
