package io.sexton.demo.database;

import java.util.Arrays;
import java.util.Optional;

/**
 * The expected contents of a region after a number of writes, computed from the workload alone, without the database.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class ExpectedContents {

    private static final long NEVER_WRITTEN = 0;

    private final Workload workload;
    private final long operations;
    /** The last write to each row; its negative number if that was a delete. */
    private final long[] lastWrite;

    private ExpectedContents(Workload workload, long operations, long[] lastWrite) {
        this.workload = workload;
        this.operations = operations;
        this.lastWrite = lastWrite;
    }

    /** Returns the contents after the first {@code operations} writes. */
    public static ExpectedContents after(Workload workload, long operations) {
        long[] lastWrite = new long[workload.rows()];
        for (long number = 1; number <= operations; number++) {
            Operation operation = workload.operation(number);
            lastWrite[operation.row()] = operation instanceof Operation.Delete ? -number : number;
        }
        return new ExpectedContents(workload, operations, lastWrite);
    }

    /** Returns the number of writes. */
    public long operations() {
        return operations;
    }

    /** Returns the number of rows. */
    public long rows() {
        return Arrays.stream(lastWrite).filter(write -> write > NEVER_WRITTEN).count();
    }

    /** Returns the smallest existing row at or above this one; the number of all rows if there is none. */
    int nextRow(int from) {
        int row = from;
        while (row < lastWrite.length && lastWrite[row] <= NEVER_WRITTEN) {
            row++;
        }
        return row;
    }

    /** Returns the number of all rows that the workload writes to. */
    int end() {
        return lastWrite.length;
    }

    /** Returns the value that an existing row must have. */
    byte[] value(int row) {
        return workload.value(lastWrite[row]);
    }

    /**
     * Returns what is wrong with a row of which the newest value found is from the write {@code found}, 0 if none was.
     * Files keep values for a while that a later delete removed, so a row that must not exist may have an old one.
     */
    Optional<String> problemWith(int row, long found) {
        long last = lastWrite[row];
        if (last > NEVER_WRITTEN && found != last) {
            return Optional.of("row " + row + " should have the value of write " + last + " and has "
                    + (found == 0 ? "none" : "that of write " + found));
        }
        if (last <= NEVER_WRITTEN && found > -last) {
            return Optional.of(
                    "row " + row + " was deleted by write " + -last + " and has the value of write " + found);
        }
        return Optional.empty();
    }
}
