package io.sexton.deleter.core;

import java.time.Duration;
import java.util.Optional;

/** The questions that a {@link DeleterCore} answers right before an action. None of them changes it. */
public interface DeleterView {

    /**
     * Returns whether a call that was given out may begin now: its partition has stayed assigned, no revoke of its files
     * has been read meanwhile, and the lease outlasts the call's whole time-out (I4).
     */
    boolean mayStart(StorageCall call);

    /**
     * Returns whether a call that has begun may go on with a further operation: its partition is still assigned, its lock
     * is held, and none of its files has been revoked, as a hold on the region does.
     */
    boolean mayGoOn(StorageCall call);

    /** Returns what the partition can commit now; empty if it is not assigned or nothing is new. */
    Optional<Finished> finished(int partition, int atMostReports, Duration now);

    /** Returns whether a lock that is held waits for a {@link #membershipCheck} that begins after its grant. */
    boolean awaitsProof();

    /** Returns what proves membership for all grants until now; empty if no partition is assigned. */
    Optional<MembershipCheck> membershipCheck();

    /** Returns whether the partition is assigned. */
    boolean isAssigned(int partition);

    /** Returns whether nothing waits for time to pass: no command is pending, no lock is held, no call is under way. */
    boolean isIdle();

    /** Returns the number of storage calls under way, those for partitions that are no longer assigned included. */
    int callsInFlight();
}
