package io.sexton.deleter.core;

/** What the core wants to be done. Its outcome, where there is one, comes back as a call of {@link DeleterCore}. */
public sealed interface Effect {

    /**
     * Ask for the region's lock, in mode UPDATE for purpose GC, and renew it while it is held. Answered by
     * {@link DeleterCore#lockGranted} or {@link DeleterCore#lockNotGranted}, later perhaps by
     * {@link DeleterCore#yieldRequested} and {@link DeleterCore#lockLost}.
     */
    record AcquireLock(LockTicket ticket) implements Effect {}

    /** Release the lock, or give up asking for it. Not answered. Keeps its place after an earlier request. */
    record ReleaseLock(LockTicket ticket) implements Effect {}

    /**
     * Publish a DeleterFence. Answered by {@link DeleterCore#fenceNotPublished} if that fails; else the FencePassed on
     * the command topic is the answer.
     */
    record PublishFence(LockTicket ticket, String nonce) implements Effect {}

    /**
     * List the region's root and publish an inventory of it. Not answered: the command is acknowledged already. It may be
     * dropped, because gc-streams requests the inventory again as long as it lacks one.
     *
     * @param store the store by the name that {@code RegionOpened.store} has, not validated
     */
    record ScanRegion(String store, RegionRoot root) implements Effect {}

    /** Make a storage call. Answered by {@link DeleterCore#callFinished} or {@link DeleterCore#callNotStarted}. */
    record CallStorage(StorageCall call) implements Effect {}

    /**
     * About how a partition is read; void once the partition is dropped, be it assigned again: the positions of one
     * assignment mean nothing to the next.
     */
    sealed interface Reading extends Effect {
        /** The partition of the command topic. */
        int partition();
    }

    /** Read no further in this partition for now. Not answered; what had been read already may still be handed in. */
    record PauseReading(int partition) implements Reading {}

    /** Read on. Not answered. */
    record ResumeReading(int partition) implements Reading {}

    /** Go back to this offset. Answered by {@link DeleterCore#seekDone}. */
    record SeekTo(int partition, long offset) implements Reading {}
}
