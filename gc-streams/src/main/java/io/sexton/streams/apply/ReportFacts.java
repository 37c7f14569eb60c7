package io.sexton.streams.apply;

import io.sexton.proto.CommandId;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The applier of deletion reports (design, section 7). Not thread safe. */
final class ReportFacts {
    private final int partition;
    private final State state;
    private final Outbox out;
    private final FileFacts files;
    private final Condemning condemning;

    ReportFacts(int partition, State state, Outbox out, FileFacts files, Condemning condemning) {
        this.partition = partition;
        this.state = state;
        this.out = out;
        this.files = files;
        this.condemning = condemning;
    }

    void report(Region region, DeletionReport report, Fact fact) {
        CommandId command = CommandId.parse(report.getCommandId());
        if (command.partition() != partition) {
            return;
        }
        List<FilePath> deleted = new ArrayList<>();
        long bytes = 0;
        for (FileOutcome outcome : report.getOutcomesList()) {
            if (applyOutcome(region, FilePath.of(outcome.getPath()), outcome, command, fact)) {
                deleted.add(FilePath.of(outcome.getPath()));
                bytes += outcome.getBytes();
            }
        }
        if (!deleted.isEmpty()) {
            out.filesDeleted(region.id(), deleted, bytes);
        }
    }

    /** Applies the outcome of one file. Returns whether the file is GONE by it. */
    private boolean applyOutcome(Region region, FilePath path, FileOutcome outcome, CommandId command, Fact fact) {
        FileRow file = recordReport(region, path, state.files().get(region, path), outcome.getOutcome(), command);
        if (file == null) {
            return false;
        }
        if (FileState.of(file) != FileState.CONDEMNED) {
            noticeMissing(region, path, file, outcome, command);
            return false;
        }
        // WARNING: a report of an earlier condemnation does not end the present one: the path was used in between.
        if (!isOfLastCondemnation(file, command)) {
            return false;
        }
        switch (outcome.getOutcome()) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> {
                files.becomeGone(region, path, file, fact);
                return true;
            }
            case REVOKED -> files.restore(region, path, file, fact);
            case CHANGED -> files.applyChangedObject(region, path, file, fact);
            case FAILED_RETRYABLE -> {
                if (condemning.scheduleRetry(region, path, file, command.offset(), fact)) {
                    out.stuck(
                            region.id(), path, "has failed ten times and is still being tried: " + outcome.getDetail());
                }
            }
            case FAILED, REFUSED -> {
                if (condemning.makeStuck(region, path, file)) {
                    out.stuck(region.id(), path, outcome.getOutcome() + ": " + outcome.getDetail());
                }
            }
            case WOULD_DELETE, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        return false;
    }

    /** Records that the last command was reported: no delete of it is pending any more. */
    private @Nullable FileRow recordReport(
            Region region, FilePath path, @Nullable FileRow file, Outcome outcome, CommandId command) {
        if (file == null || !isFinal(outcome)) {
            return file;
        }
        FileRow.Builder next = file.toBuilder();
        if (file.hasPendingOffset() && command.offset() >= file.getPendingOffset()) {
            next.clearPendingOffset();
        }
        if (file.hasCondemnation() && command.offset() >= file.getCondemnation().getEmittedOffset()) {
            next.getCondemnationBuilder().setReported(true);
        }
        FileRow reported = next.build();
        if (!reported.equals(file)) {
            state.files().amend(region, path, file, reported);
        }
        return reported;
    }

    private static boolean isFinal(Outcome outcome) {
        return switch (outcome) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED, REVOKED, REFUSED, FAILED_RETRYABLE, FAILED, CHANGED ->
                true;
            case OUTCOME_UNSPECIFIED, WOULD_DELETE, UNRECOGNIZED -> false;
        };
    }

    private static boolean isOfLastCondemnation(FileRow file, CommandId command) {
        return file.hasCondemnedOffset() && command.offset() >= file.getCondemnedOffset();
    }

    private void noticeMissing(Region region, FilePath path, FileRow file, FileOutcome outcome, CommandId command) {
        boolean success = switch (outcome.getOutcome()) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> true;
            case OUTCOME_UNSPECIFIED, REVOKED, REFUSED, FAILED_RETRYABLE, FAILED, CHANGED, WOULD_DELETE, UNRECOGNIZED ->
                false;
        };
        if (!success) {
            return;
        }
        boolean missed = switch (FileState.of(file)) {
            case LIVE -> true;
            case TEMP, UNREFERENCED -> isOfLastCondemnation(file, command);
            case UNKNOWN, OBSOLETE, ABANDONED, ABORTED, CONDEMNED, GONE -> false;
        };
        if (missed) {
            out.missing(
                    region.id(), path, outcome.getOutcome() + " was reported, but by now it is " + FileState.of(file));
        }
    }
}
