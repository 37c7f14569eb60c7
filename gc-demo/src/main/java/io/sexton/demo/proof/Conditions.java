package io.sexton.demo.proof;

import java.time.Duration;

/**
 * What a run put up with, and so what is no fault of Sexton's.
 *
 * @param faults whether processes, networks and disks failed: then a reader may have to give up
 * @param brokersAhead how far the clocks of brokers were ahead of true time at most
 */
public record Conditions(boolean faults, Duration brokersAhead) {

    /** Nothing failed, and all clocks were right. */
    public static final Conditions CALM = new Conditions(false, Duration.ZERO);
}
