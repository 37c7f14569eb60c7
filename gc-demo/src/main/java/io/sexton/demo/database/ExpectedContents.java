package io.sexton.demo.database;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a region must contain after so many writes, by the workload alone: the database is never asked.
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

    /** After the first {@code operations} writes. */
    public static ExpectedContents after(Workload workload, long operations) {
        long[] lastWrite = new long[workload.rows()];
        for (long number = 1; number <= operations; number++) {
            Operation operation = workload.operation(number);
            lastWrite[operation.row()] = operation instanceof Operation.Delete ? -number : number;
        }
        return new ExpectedContents(workload, operations, lastWrite);
    }

    /** After how many writes. */
    public long operations() {
        return operations;
    }

    /** How many rows there must be. */
    public long rows() {
        return Arrays.stream(lastWrite).filter(write -> write > NEVER_WRITTEN).count();
    }

    /** The smallest existing row at or above this one; the number of all rows if there is none. */
    int nextRow(int from) {
        int row = from;
        while (row < lastWrite.length && lastWrite[row] <= NEVER_WRITTEN) {
            row++;
        }
        return row;
    }

    /** The number of all rows that the workload writes to. */
    int end() {
        return lastWrite.length;
    }

    /** The value that an existing row must have. */
    byte[] value(int row) {
        return workload.value(lastWrite[row]);
    }

    /**
     * Says what is wrong with a row of which the newest value found is from the write {@code found}, 0 if none was.
     * Files keep values for a while that a later delete took away, so a row that must not exist may have an old one.
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
