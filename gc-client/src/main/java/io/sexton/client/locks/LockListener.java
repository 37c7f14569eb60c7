package io.sexton.client.locks;

/** A listener for changes of a lock. Called by the client's callback executor, one call at a time for each lock. */
public interface LockListener {

    /** A listener that ignores all calls, for owners that call {@link RegionLock#isHeld} before each use. */
    LockListener NONE = new LockListener() {};

    /** Called when a waiter is incompatible with this lock. Finish the current work and release the lock soon. */
    default void onYieldRequested(RegionLock lock, String purpose) {}

    /** Called when a held lock is lost. Stop the work at once. Not called after a release. */
    default void onLost(RegionLock lock, String why) {}
}
