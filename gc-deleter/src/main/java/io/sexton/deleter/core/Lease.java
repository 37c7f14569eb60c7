package io.sexton.deleter.core;

import java.time.Duration;

/**
 * A region's lock while it is held, in mode UPDATE. Renewed by whoever took it; asked by the thread that is about to
 * make a storage call. Safe for use by any thread.
 */
public interface Lease {

    /** The fencing token of the grant; only grows from grant to grant of a region. */
    long token();

    /**
     * Whether the lock is held now and stays held for that long even if no renewal succeeds any more, by this
     * machine's monotonic clock and counted as cautiously as section 4 of the design says.
     */
    boolean outlasts(Duration length);
}
