package io.sexton.streams.apply;

import io.sexton.proto.CommandId;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState.Condemned;
import io.sexton.streams.model.KnownFile;
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
    private final Sweeps sweeps;
    private final FileChanges changes;
    private final Condemning condemning;

    ReportFacts(int partition, State state, Outbox out, Sweeps sweeps, FileChanges changes, Condemning condemning) {
        this.partition = partition;
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.changes = changes;
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
        KnownFile file = recordReport(region, path, sweeps.read(region, path), outcome.getOutcome(), command);
        if (file == null) {
            return false;
        }
        if (!(file.state() instanceof Condemned condemned)) {
            noticeMissing(region, path, file, outcome, command);
            return false;
        }
        // WARNING: a report of an earlier condemnation does not end the present one: the path was used in between.
        if (!isOfLastCondemnation(file, command)) {
            return false;
        }
        switch (outcome.getOutcome()) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> {
                changes.becomeGone(region, path, file, fact);
                return true;
            }
            case REVOKED -> changes.restore(region, path, file, condemned, fact);
            case CHANGED -> changes.applyChangedObject(region, path, file, fact);
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
    private @Nullable KnownFile recordReport(
            Region region, FilePath path, @Nullable KnownFile file, Outcome outcome, CommandId command) {
        if (file == null || !isFinal(outcome)) {
            return file;
        }
        KnownFile reported = file;
        Long pending = file.commands().pendingOffset();
        if (pending != null && command.offset() >= pending) {
            reported = reported.with(file.commands().withPending(null));
        }
        if (file.state() instanceof Condemned condemned
                && !condemned.deletion().reported()
                && command.offset() >= condemned.deletion().emittedOffset()) {
            reported = reported.with(condemned.with(condemned.deletion().withReport()));
        }
        return reported.equals(file) ? file : state.files().amend(region, path, file, reported);
    }

    private static boolean isFinal(Outcome outcome) {
        return switch (outcome) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED, REVOKED, REFUSED, FAILED_RETRYABLE, FAILED, CHANGED ->
                true;
            case OUTCOME_UNSPECIFIED, WOULD_DELETE, UNRECOGNIZED -> false;
        };
    }

    private static boolean isOfLastCondemnation(KnownFile file, CommandId command) {
        Long condemned = file.commands().condemnedOffset();
        return condemned != null && command.offset() >= condemned;
    }

    private void noticeMissing(Region region, FilePath path, KnownFile file, FileOutcome outcome, CommandId command) {
        boolean success = switch (outcome.getOutcome()) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED -> true;
            case OUTCOME_UNSPECIFIED, REVOKED, REFUSED, FAILED_RETRYABLE, FAILED, CHANGED, WOULD_DELETE, UNRECOGNIZED ->
                false;
        };
        if (!success) {
            return;
        }
        boolean missed = switch (file.kind()) {
            case LIVE -> true;
            case TEMP, UNREFERENCED -> isOfLastCondemnation(file, command);
            case UNKNOWN, OBSOLETE, ABANDONED, ABORTED, CONDEMNED, GONE -> false;
        };
        if (missed) {
            out.missing(region.id(), path, outcome.getOutcome() + " was reported, but by now it is " + file.kind());
        }
    }
}
