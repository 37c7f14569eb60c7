package io.sexton.deleter.core;

import java.time.Duration;

/** An action that the core has decided on. Its outcome, where there is one, comes back as an {@link Input}. */
public sealed interface Effect {

    /**
     * Request the region's lock, in mode UPDATE for purpose GC, and renew it while it is held. Followed by
     * {@link Input.LockGranted} or {@link Input.LockRefused}, later perhaps by {@link Input.YieldRequested} and
     * {@link Input.LockLost}.
     */
    record AcquireLock(LockTicket ticket) implements Effect {}

    /** Release the lock, or withdraw the request for it. Without an outcome. Keeps its place after an earlier request. */
    record ReleaseLock(LockTicket ticket) implements Effect {}

    /**
     * Publish a DeleterFence. Followed by {@link Input.FenceNotPublished} if that fails, else by the FencePassed on the
     * command topic.
     */
    record PublishFence(LockTicket ticket, String nonce) implements Effect {}

    /**
     * List the region's root and publish an inventory of it. Without an outcome: the command is acknowledged already. It may
     * be dropped, because gc-streams requests the inventory again as long as it lacks one.
     *
     * @param store the store by the name that {@code RegionOpened.store} has, not validated
     */
    record ScanRegion(String store, RegionRoot root) implements Effect {}

    /** Make a storage call. Followed by {@link Input.CallFinished} or {@link Input.CallNotStarted}. */
    record CallStorage(StorageCall call) implements Effect {}

    /** A change in whether a store answers, for operators. Without an outcome; its files wait without one, too. */
    sealed interface StoreHealth extends Effect {
        /** The store by the name that commands have. */
        String store();
    }

    /**
     * So many calls of the store in a row had no answer of its storage. From now on a call at a time probes it.
     *
     * @param problem of the last of them
     */
    record StoreOpened(String store, int failures, String problem) implements StoreHealth {}

    /** The store has not answered for so long; once a minute. */
    record StoreStillOpen(String store, Duration openFor) implements StoreHealth {}

    /** The store answers again, after so long. */
    record StoreClosed(String store, Duration openFor) implements StoreHealth {}

    /**
     * A change of how a partition is read. Void once the partition is dropped, even if it is assigned again: the positions
     * of one assignment mean nothing to the next.
     */
    sealed interface Reading extends Effect {
        /** The partition of the command topic. */
        int partition();
    }

    /** Read no further in this partition for now. Without an outcome; what had been read already may still follow. */
    record PauseReading(int partition) implements Reading {}

    /** Read on. Without an outcome. */
    record ResumeReading(int partition) implements Reading {}

    /** Go back to this offset. Followed by {@link Input.SeekDone}. */
    record SeekTo(int partition, long offset) implements Reading {}
}
