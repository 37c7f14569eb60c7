package io.sexton.locks.core;

import java.util.Optional;

/** How requests of a region ended, as far as it is remembered. Reads only. */
@FunctionalInterface
interface Endings {
    Optional<Ending> of(Requester requester);
}
