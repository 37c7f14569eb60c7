package io.sexton.deleter.core;

import io.sexton.deleter.core.Floors.Floor;
import io.sexton.v1.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The result of one file of a command.
 *
 * @param outcome what happened; never unspecified
 * @param detail why, for people; empty where the outcome is clear by itself
 * @param bytes the size of the object that is gone (or, in a dry run, would be), else 0
 * @param floor the floor that kept the file; null if none did
 * @param isWithheld true if the deleter itself withheld the file, so that the result has no evidence about the storage
 */
public record FileResult(
        Outcome outcome,
        String detail,
        long bytes,
        @Nullable Floor floor,
        boolean isWithheld) {

    /** Creates a result without a floor. */
    public FileResult(Outcome outcome, String detail, long bytes) {
        this(outcome, detail, bytes, null, false);
    }

    /** Returns a result without bytes. */
    public static FileResult of(Outcome outcome, String detail) {
        return new FileResult(outcome, detail, 0);
    }

    /** Returns the result of a file for which nothing is known to have happened, and a repetition may help. */
    public static FileResult retryable(String detail) {
        return of(Outcome.FAILED_RETRYABLE, detail);
    }

    /** Returns the same, where the deleter itself has not let the storage be called: by its limits or its configuration. */
    public static FileResult withheld(String detail) {
        return new FileResult(Outcome.FAILED_RETRYABLE, detail, 0, null, true);
    }

    /** Returns the result of a file that the deleter treats neither now nor later. */
    public static FileResult refused(String detail) {
        return of(Outcome.REFUSED, detail);
    }

    /** Returns the result of a file below a floor: a later emission is decided later, and passes it. */
    public static FileResult below(Floor floor, String detail) {
        return new FileResult(Outcome.FAILED_RETRYABLE, floor.text() + ": " + detail, 0, floor, true);
    }
}
