package io.sexton.deleter.core;

import java.util.Optional;

/**
 * Says, while a storage call runs, whether it may still begin a further operation. A store asks before each request or
 * system call that changes something, repetitions after an error included, and stops at the first no (I4).
 *
 * <p>Asked by the thread that runs the call; cheap.
 */
@FunctionalInterface
public interface CallGuard {

    /** Why no further operation may begin, as a phrase for a report; empty while it may. */
    Optional<String> whyStop();
}
