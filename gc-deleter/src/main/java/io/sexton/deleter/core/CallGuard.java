package io.sexton.deleter.core;

import java.time.Duration;
import java.util.Optional;

/**
 * The check of a storage call that runs: whether it may begin a further operation. A store checks before each request or
 * system call that changes something, repetitions after an error included, and stops at the first refusal (I4).
 *
 * <p>Called by the thread that runs the call; cheap.
 */
@FunctionalInterface
public interface CallGuard {

    /**
     * Returns why no further operation may begin that can take so long, as a phrase for a report; empty while it may.
     *
     * @param length how long the operation takes at most: a request that was sent continues in the storage after its
     *     sender's time-out, so all of that time-out must be covered
     */
    Optional<String> whyStop(Duration length);

    /** Returns the same for an operation that is over at once, such as a system call. */
    default Optional<String> whyStop() {
        return whyStop(Duration.ZERO);
    }
}
