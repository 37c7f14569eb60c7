package io.sexton.deleter.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command that was read, and what is known so far of each of its files. */
final class PendingCommand {

    private final long offset;
    private final DeleteCommand command;
    private final @Nullable FileResult[] results;
    private final boolean[] inCall;
    private final boolean[] revokedInCall;
    private final Treatment treatment;
    private int next;
    private int open;
    private long token;

    PendingCommand(long offset, DeleteCommand command) {
        this.offset = offset;
        this.command = command;
        this.results = new @Nullable FileResult[command.getFilesCount()];
        this.inCall = new boolean[command.getFilesCount()];
        this.revokedInCall = new boolean[command.getFilesCount()];
        this.open = command.getFilesCount();
        switch (treatmentOf(command)) {
            case Treated.As as -> this.treatment = as.treatment();
            case Treated.Not not -> {
                this.treatment = new Treatment.DryRun();
                settleOpen(FileResult.retryable(not.why() + "; nothing was touched"));
            }
        }
    }

    private sealed interface Treated {
        record As(Treatment treatment) implements Treated {}

        record Not(String why) implements Treated {}
    }

    private static Treated treatmentOf(DeleteCommand command) {
        return switch (command.getDisposition()) {
            case DELETE -> new Treated.As(new Treatment.Delete());
            case DRY_RUN -> new Treated.As(new Treatment.DryRun());
            case TRASH, ARCHIVE -> {
                // What is kept lies under the command's name, and is purged by its time.
                if (!command.hasDecidedAt() || CommandRules.problemWithName(command.getCommandId()) != null) {
                    yield new Treated.Not("the command's id or time cannot name what is kept");
                }
                Treatment.CommandName name =
                        new Treatment.CommandName(command.getCommandId(), Times.of(command.getDecidedAt()));
                yield new Treated.As(
                        command.getDisposition() == Disposition.TRASH
                                ? new Treatment.Trash(name)
                                : new Treatment.Archive(name));
            }
            // WARNING: deleting where something else was asked for loses data. Retryable, because a later build, or
            // another policy, can carry it out.
            case DISPOSITION_UNSPECIFIED, UNRECOGNIZED ->
                new Treated.Not("this deleter does not know disposition " + command.getDispositionValue());
        };
    }

    long offset() {
        return offset;
    }

    int bytes() {
        return command.getSerializedSize();
    }

    /** Whether a file has neither a result nor a call under way. */
    boolean hasWork() {
        while (next < results.length && (results[next] != null || inCall[next])) {
            next++;
        }
        return next < results.length;
    }

    boolean isSettled() {
        return open == 0;
    }

    String store() {
        return command.getStore();
    }

    RegionRoot root(RegionId region) {
        return new RegionRoot(region, command.getRoot());
    }

    Treatment treatment() {
        return treatment;
    }

    /** Files for the next call, marked as being in it. What cannot be asked of a store is settled on the way. */
    Batch takeBatch(int atMost, long lockToken) {
        List<Integer> indexes = new ArrayList<>();
        List<Deletion> deletions = new ArrayList<>();
        while (deletions.size() < atMost && hasWork()) {
            int index = next;
            CondemnedFile file = command.getFiles(index);
            Optional<String> problem = FilePath.problemWith(file.getFile().getPath());
            if (problem.isPresent()) {
                settle(index, FileResult.refused("the path " + problem.get()));
                continue;
            }
            try {
                deletions.add(new Deletion(FilePath.of(file.getFile().getPath()), Expectation.of(file)));
                indexes.add(index);
                inCall[index] = true;
            } catch (UnusableCommandException e) {
                settle(index, FileResult.retryable(String.valueOf(e.getMessage())));
            }
        }
        if (!deletions.isEmpty()) {
            token = lockToken;
        }
        return new Batch(indexes, deletions);
    }

    /** Files of one call, and where in the command they stand. */
    record Batch(List<Integer> indexes, List<Deletion> deletions) {}

    /** The call is over; its results are in the order of its files. */
    void settleBatch(Batch batch, List<FileResult> batchResults) {
        for (int i = 0; i < batch.indexes().size(); i++) {
            int index = batch.indexes().get(i);
            inCall[index] = false;
            settle(
                    index,
                    i < batchResults.size()
                            ? batchResults.get(i)
                            : FileResult.retryable("the store gave no result for this file"));
        }
    }

    /** The call never began: its files are open again, but for those that were revoked meanwhile. */
    void reopenBatch(Batch batch) {
        for (int index : batch.indexes()) {
            inCall[index] = false;
            if (revokedInCall[index]) {
                settle(index, FileResult.of(Outcome.REVOKED, ""));
            } else {
                next = Math.min(next, index);
            }
        }
    }

    /** Whether a file of a call has been revoked since the call was given out. */
    boolean isRevoked(Batch batch) {
        return batch.indexes().stream().anyMatch(index -> revokedInCall[index]);
    }

    /** Settles what is covered and not in a call; of what is in one, the call's outcome stands, if it begins. */
    void revoke(Revocation revocation) {
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null
                    && revocation.covers(command.getFiles(i).getFile().getPath())) {
                if (inCall[i]) {
                    revokedInCall[i] = true;
                } else {
                    settle(i, FileResult.of(Outcome.REVOKED, ""));
                }
            }
        }
    }

    /** Gives all files that are still open, and in no call, this result. */
    void settleOpen(FileResult result) {
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null && !inCall[i]) {
                settle(i, result);
            }
        }
    }

    private void settle(int index, FileResult result) {
        if (results[index] == null) {
            results[index] = result;
            open--;
        }
    }

    /** One outcome for each file. */
    DeletionReport report() {
        return Reports.of(command, Arrays.asList(results), token);
    }
}
