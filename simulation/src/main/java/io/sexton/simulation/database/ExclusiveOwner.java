package io.sexton.simulation.database;

/** Who has asked for a region's exclusive lock. */
public interface ExclusiveOwner {
    String name();

    /** Whether it may believe that nobody else touches the region. */
    boolean isAlone();
}
