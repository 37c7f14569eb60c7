package io.sexton.deleter.core;

import java.time.Duration;
import java.util.Optional;

/**
 * Says, while a storage call runs, whether it may still begin a further operation. A store asks before each request or
 * system call that changes something, repetitions after an error included, and stops at the first no (I4).
 *
 * <p>Asked by the thread that runs the call; cheap.
 */
@FunctionalInterface
public interface CallGuard {

    /**
     * Why no further operation may begin that can take so long, as a phrase for a report; empty while it may.
     *
     * @param length how long the operation takes at most: a request that was sent goes on in the storage after the
     *     sender has given it up, so all of its time-out must be covered
     */
    Optional<String> whyStop(Duration length);

    /** The same for an operation that is over at once, such as a system call. */
    default Optional<String> whyStop() {
        return whyStop(Duration.ZERO);
    }
}
