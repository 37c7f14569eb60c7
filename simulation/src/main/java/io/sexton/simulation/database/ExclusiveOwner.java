package io.sexton.simulation.database;

/** A component that has requested a region's exclusive lock. */
public interface ExclusiveOwner {
    String name();

    /** Returns true if it may rely on the exclusive lock. */
    boolean isAlone();
}
