package io.sexton.demo.database;

/**
 * One write to a region. Its number counts the region's writes from 1, and is its sequence number in the engine.
 */
sealed interface Operation {

    /** Which write of the region it is. */
    long number();

    /** Which row it writes to. */
    int row();

    /** Gives the row a new value, {@link Workload#value}. */
    record Put(long number, int row) implements Operation {}

    /** Takes the row away, if it is there. */
    record Delete(long number, int row) implements Operation {}
}
