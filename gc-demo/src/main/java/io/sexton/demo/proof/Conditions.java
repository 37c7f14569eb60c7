package io.sexton.demo.proof;

import java.time.Duration;

/**
 * The faults of a run, whose consequences are not Sexton's.
 *
 * @param faults true if processes, networks and disks failed: then a reader may have to stop
 * @param brokersAhead upper bound on how far the clocks of brokers were ahead of true time
 */
public record Conditions(boolean faults, Duration brokersAhead) {

    /** No failures, and all clocks right. */
    public static final Conditions NO_FAULTS = new Conditions(false, Duration.ZERO);
}
