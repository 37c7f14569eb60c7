package io.sexton.deleter.core;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that was read, with the state of each of its files.
 *
 * <p>WARNING: a revoked file is looked at before it is reported as REVOKED. To gc-streams, REVOKED means that the file is
 * there and that no delete of it is under way: it accepts pins on it again (I2). If an earlier delivery died between its
 * deletion and its report, the file is gone. If this is not the first command of its condemnation, another that nobody has
 * revoked may follow. See ADR 20.
 */
final class PendingCommand {

    /** Half of the time after which gc-streams repeats a command without a report (design, section 7). */
    private static final Duration REVOCABLE = Duration.ofMinutes(30);

    private final long offset;
    private final DeleteCommand command;
    private final FileState[] files;
    private final Treatment treatment;
    private int next;
    private int open;
    private @Nullable Long token;

    PendingCommand(long offset, DeleteCommand command) {
        this.offset = offset;
        this.command = command;
        this.files = new FileState[command.getFilesCount()];
        this.open = files.length;
        Arrays.fill(files, new FileState.Open());
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
            // WARNING: deleting where the command means something else loses data. Retryable, because a later build, or
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

    /**
     * Returns the time, by the clock of the log, until which REVOKED may be reported of its files. WARNING: without a report,
     * gc-streams sends another command for them an hour after this one. REVOKED of this one would then end the
     * condemnation, while nobody has revoked the other: its deletion would find a file that nothing protects and that may
     * be pinned (I2).
     */
    Instant revocableUntil() {
        if (treatment instanceof Treatment.DryRun) {
            return Instant.MAX;
        }
        return command.hasDecidedAt() ? Times.of(command.getDecidedAt()).plus(REVOCABLE) : Instant.MIN;
    }

    /** Returns whether a file has neither a result nor a call under way. */
    boolean hasWork() {
        while (next < files.length && !(files[next] instanceof FileState.Pending)) {
            next++;
        }
        return next < files.length;
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

    /** Returns whether files of both commands, which are of one region, can be in one storage call. */
    boolean isTreatedLike(PendingCommand other) {
        return command.getStore().equals(other.command.getStore())
                && command.getRoot().equals(other.command.getRoot())
                && treatment.equals(other.treatment);
    }

    /** Returns the next pending file. Settles those before it that no store can be called for. */
    Optional<Deletion> next() {
        while (hasWork()) {
            CondemnedFile file = command.getFiles(next);
            Optional<String> problem = FilePath.problemWith(file.getFile().getPath());
            if (problem.isPresent()) {
                settle(next, FileResult.refused("the path " + problem.get()));
                continue;
            }
            try {
                return Optional.of(new Deletion(
                        FilePath.of(file.getFile().getPath()),
                        Expectation.of(file),
                        files[next] instanceof FileState.Revoked,
                        Condemnation.of(command, file)));
            } catch (UnusableCommandException e) {
                settle(next, FileResult.retryable(String.valueOf(e.getMessage())));
            }
        }
        return Optional.empty();
    }

    /** Marks the file that {@link #next} returned as being in a call. Returns its place in the command. */
    int take(long lockToken) {
        files[next] = files[next].called();
        token = lockToken;
        return next;
    }

    /** Settles a file with the result of its call. */
    void settleInCall(int index, FileResult result) {
        boolean isFirst = command.getFiles(index).getAttempt() <= 1;
        settle(
                index,
                result.outcome() == Outcome.REVOKED && !isFirst
                        ? FileResult.retryable("revoked, and not the first command for it")
                        : result);
    }

    /** Takes a file back from a call that was not begun. */
    void reopen(int index) {
        enter(index, files[index].reopened());
        next = Math.min(next, index);
    }

    /** Returns whether the file has been revoked since its call was given out. */
    boolean isRevokedInCall(int index) {
        return files[index] instanceof FileState.RevokedInCall;
    }

    /** Revokes the files that the revocation covers. */
    void revoke(Revocation revocation) {
        for (int i = 0; i < files.length; i++) {
            if (revocation.covers(command.getFiles(i).getFile().getPath())) {
                enter(i, files[i].revoked());
            }
        }
    }

    private void enter(int index, FileState state) {
        files[index] = state;
        if (state instanceof FileState.Revoked && treatment instanceof Treatment.DryRun) {
            settle(index, FileResult.of(Outcome.REVOKED, "")); // nobody has touched a file of such a command
        }
    }

    /** Settles all files that are pending with this result. */
    void settleOpen(FileResult result) {
        for (int i = 0; i < files.length; i++) {
            if (files[i] instanceof FileState.Pending) {
                settle(i, result);
            }
        }
    }

    private void settle(int index, FileResult result) {
        if (!(files[index] instanceof FileState.Settled)) {
            open--;
        }
        files[index] = files[index].settled(result);
    }

    /**
     * Returns the report: one outcome for each file.
     *
     * @param latestToken of the grant under which it is reported, where no storage call was made
     * @throws IllegalStateException if a file is not settled
     */
    DeletionReport report(long latestToken) {
        return Reports.of(
                command,
                Arrays.stream(files).map(PendingCommand::resultOf).toList(),
                token == null ? latestToken : token);
    }

    private static FileResult resultOf(FileState file) {
        if (file instanceof FileState.Settled settled) {
            return settled.result();
        }
        throw new IllegalStateException("reported before it was settled: " + file);
    }
}
