package io.sexton.demo.database;

/**
 * One write to a region. Its number counts the region's writes from 1, and is its sequence number in the engine.
 */
sealed interface Operation {

    /** Returns the number of the write in its region. */
    long number();

    /** Returns the row that it writes to. */
    int row();

    /** A write of the value {@link Workload#value} to a row. */
    record Put(long number, int row) implements Operation {}

    /** A removal of the row, if it exists. */
    record Delete(long number, int row) implements Operation {}
}
