package io.sexton.streams.oracle;

import io.sexton.streams.oracle.Fact.CountedOnce;
import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;

/** "Reports settle commands." (section 7) */
final class Reports {

    private final RecordContext context;
    private final NaiveRegion region;
    private final FileTable table;

    Reports(RecordContext context) {
        this.context = context;
        this.region = context.region();
        this.table = new FileTable(context);
    }

    void report(DeletionReport report) {
        long command = Validity.commandOffset(report.getCommandId()).orElseThrow();
        for (FileOutcome outcome : report.getOutcomesList()) {
            NaiveFile file = region.file(outcome.getPath());
            settle(file, outcome.getOutcome(), command);
        }
    }

    private void settle(NaiveFile file, Outcome outcome, long command) {
        Condemnation condemnation = file.condemnation;
        if (condemnation != null && isFinal(outcome) && command >= condemnation.lastCommand) {
            // "pending ([…] no report of what became of it, at or after its last command, has come yet […])"
            if (file.pending()) {
                context.met(Rule.REPORT_SETTLES_PENDING);
            }
            condemnation.reported = true;
        }
        // "One counts for a CONDEMNED file only if its command's offset is at or after the tick that began the present
        // condemnation."
        boolean ofThisCondemnation = condemnation != null && command >= condemnation.beganAt;
        if (file.state == State.CONDEMNED && condemnation != null) {
            if (ofThisCondemnation) {
                settleCondemned(file, condemnation, outcome, command);
            } else {
                context.met(Rule.REPORT_OF_AN_EARLIER_COMMAND);
            }
        } else if (isSuccess(outcome)) {
            // "Success reported of a file that is LIVE by now, or TEMP or UNREFERENCED by now and the command is one of
            // its last condemnation: `MissingFile`, state unchanged."
            switch (file.state) {
                case LIVE ->
                    missing(
                            file,
                            ofThisCondemnation ? Rule.REPORT_MISSING_LIVE : Rule.REPORT_MISSING_LIVE_EARLIER_COMMAND);
                case TEMP -> {
                    if (ofThisCondemnation) {
                        missing(file, Rule.REPORT_MISSING_TEMP);
                    }
                }
                case UNREFERENCED -> {
                    if (ofThisCondemnation) {
                        missing(file, Rule.REPORT_MISSING_UNREFERENCED);
                    }
                }
                case UNKNOWN, GONE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> context.met(Rule.REPORT_CHANGES_NOTHING);
            }
        } else {
            context.met(Rule.REPORT_CHANGES_NOTHING);
        }
    }

    private void missing(NaiveFile file, Rule rule) {
        context.met(rule);
        context.countedOnce(CountedOnce.Kind.MISSING_FILE, file.path);
    }

    private void settleCondemned(NaiveFile file, Condemnation condemnation, Outcome outcome, long command) {
        switch (outcome) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> {
                // "GONE, and a `FilesDeleted` notice, so that the database can trim its own list"
                context.met(Rule.REPORT_SUCCESS);
                table.gone(file);
                context.countedOnce(CountedOnce.Kind.FILES_DELETED, file.path);
                if (command < condemnation.lastCommand) {
                    // "if the report is of an earlier command than the last, the path stays *pending*"
                    context.met(Rule.REPORT_SUCCESS_WHILE_ANOTHER_COMMAND_IS_OUT);
                    condemnation.revoked = true;
                }
            }
            case FAILED_RETRYABLE -> failedRetryable(file.path, condemnation, command);
            case REVOKED -> {
                context.met(Rule.REPORT_REVOKED);
                table.revoked(file, condemnation);
            }
            case CHANGED -> {
                context.met(Rule.REPORT_CHANGED);
                table.changed(file, condemnation);
            }
            case FAILED, REFUSED -> {
                // "stuck, a notice, kept visible until a `Retry` that names it"
                context.met(Rule.REPORT_STUCK);
                condemnation.stuck = true;
                context.countedOnce(CountedOnce.Kind.DELETION_STUCK, file.path);
            }
            // "Everything else in a report changes nothing."
            case OUTCOME_UNSPECIFIED, WOULD_DELETE, UNRECOGNIZED -> context.met(Rule.REPORT_CHANGES_NOTHING);
        }
    }

    /**
     * "FAILED_RETRYABLE (one per emission; none while stuck): emitted again with `attempt` + 1 after 1 s x 2^(such
     * reports - 1), at most 1 h."
     */
    private void failedRetryable(String path, Condemnation condemnation, long command) {
        if (condemnation.stuck) {
            context.met(Rule.REPORT_FAILED_RETRYABLE_WHILE_STUCK);
        } else if (!condemnation.failedEmissions.add(command)) {
            context.met(Rule.REPORT_FAILED_RETRYABLE_REPEATED);
        } else {
            context.met(Rule.REPORT_FAILED_RETRYABLE);
            condemnation.emitAgainAt =
                    context.at() + doubled(Millis.SECOND, condemnation.failedEmissions.size() - 1, Millis.HOUR);
            if (condemnation.failedEmissions.size() == 10) {
                // "the tenth of a condemnation gives a `DeletionStuck` notice, too"
                context.met(Rule.REPORT_FAILED_RETRYABLE_TENTH);
                context.countedOnce(CountedOnce.Kind.DELETION_STUCK, path);
            }
        }
    }

    /** Returns base x 2^times, at most max. */
    static long doubled(long base, int times, long max) {
        return times >= 30 ? max : Math.min(max, base << times);
    }

    private static boolean isSuccess(Outcome outcome) {
        return switch (outcome) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> true;
            default -> false;
        };
    }

    /**
     * Returns whether the outcome is final. Any other one, counted as a report, would end the repetition for ever (I6).
     */
    private static boolean isFinal(Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_UNSPECIFIED, WOULD_DELETE, UNRECOGNIZED -> false;
            default -> true;
        };
    }
}
