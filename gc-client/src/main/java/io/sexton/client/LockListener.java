package io.sexton.client;

/** Is told what becomes of a lock. Called by the client's callback executor, one call at a time for each lock. */
public interface LockListener {

    /** Ignores everything; for owners who ask {@link RegionLock#isHeld} before each use. */
    LockListener NONE = new LockListener() {};

    /** Somebody waits who cannot be served beside this lock: finish what is under way and release, soon. */
    default void onYieldRequested(RegionLock lock, String purpose) {}

    /** The lock, held until now, is not held any more: stop at once. Not called after a release. */
    default void onLost(RegionLock lock, String why) {}
}
