package io.sexton.deleter.core;

import java.time.Duration;

/**
 * The lease of a region's lock in mode UPDATE, as its holder sees it. Renewed by its provider; checked by the thread that
 * is about to make a storage call. Safe for use by any thread.
 */
public interface Lease {

    /** Returns the fencing token of the grant; only grows from grant to grant of a region. */
    long token();

    /**
     * Returns whether the lock is held now and stays held for that long even if no renewal succeeds any more, by this
     * machine's monotonic clock and counted as section 4 of the design states.
     */
    boolean outlasts(Duration length);
}
