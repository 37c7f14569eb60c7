package io.sexton.deleter.core;

import io.sexton.v1.Outcome;

/**
 * What became of one file of a command.
 *
 * @param outcome what happened; never unspecified
 * @param detail why, for people; empty where the outcome says it all
 * @param bytes the size of the object that is gone (or, in a dry run, would be), else 0
 */
public record FileResult(Outcome outcome, String detail, long bytes) {

    /** A result without bytes. */
    public static FileResult of(Outcome outcome, String detail) {
        return new FileResult(outcome, detail, 0);
    }

    /** Nothing is known to have happened, and trying again may help. */
    public static FileResult retryable(String detail) {
        return of(Outcome.FAILED_RETRYABLE, detail);
    }

    /** The deleter will not do this, now or later. */
    public static FileResult refused(String detail) {
        return of(Outcome.REFUSED, detail);
    }
}
