package io.sexton.deleter.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
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
 * A command that was read, and what is known so far of each of its files.
 *
 * <p>WARNING: a revoked file is looked at before it is reported as REVOKED. To gc-streams that means that the file is
 * there, and that no delete of it is under way: it accepts pins on it again (I2). Where an earlier delivery died between its
 * deletion and its report, the file is gone; and where it is not the first command of its condemnation, another that
 * nobody has revoked may follow. See ADR 20.
 */
final class PendingCommand {

    /** Half of the time after which gc-streams misses a report (design, section 7). */
    private static final Duration REVOCABLE = Duration.ofMinutes(30);

    private final long offset;
    private final DeleteCommand command;
    private final @Nullable FileResult[] results;
    private final boolean[] inCall;
    private final boolean[] revoked;
    private final boolean[] revokedInCall;
    private final Treatment treatment;
    private int next;
    private int open;
    private @Nullable Long token;

    PendingCommand(long offset, DeleteCommand command) {
        this.offset = offset;
        this.command = command;
        this.results = new @Nullable FileResult[command.getFilesCount()];
        this.inCall = new boolean[command.getFilesCount()];
        this.revoked = new boolean[command.getFilesCount()];
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

    /**
     * Until when, by the clock of the log, REVOKED may be reported of its files. WARNING: for want of a report gc-streams
     * sends another command for them, an hour after this one. REVOKED of this one would then end the condemnation, while
     * nobody has revoked the other: its deletion would find a file that is protected by nothing and may be pinned (I2).
     */
    Instant revocableUntil() {
        if (treatment instanceof Treatment.DryRun) {
            return Instant.MAX;
        }
        return command.hasDecidedAt() ? Times.of(command.getDecidedAt()).plus(REVOCABLE) : Instant.MIN;
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

    /** Whether files of both, being of one region, can be handed to a store in one call. */
    boolean isTreatedLike(PendingCommand other) {
        return command.getStore().equals(other.command.getStore())
                && command.getRoot().equals(other.command.getRoot())
                && treatment.equals(other.treatment);
    }

    /** The next open file, if there is one. What cannot be asked of a store is settled on the way. */
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
                        revoked[next],
                        Condemnation.of(command, file)));
            } catch (UnusableCommandException e) {
                settle(next, FileResult.retryable(String.valueOf(e.getMessage())));
            }
        }
        return Optional.empty();
    }

    /** The file that {@link #next} gave is in a call from now on. Returns its place in the command. */
    int take(long lockToken) {
        inCall[next] = true;
        token = lockToken;
        return next;
    }

    /** What came of a call for this file. */
    void settleInCall(int index, FileResult result) {
        inCall[index] = false;
        boolean isFirst = command.getFiles(index).getAttempt() <= 1;
        settle(
                index,
                result.outcome() == Outcome.REVOKED && !isFirst
                        ? FileResult.retryable("revoked, and not the first command for it")
                        : result);
    }

    /** Its call never began: the file is open again, to be looked at only if it was revoked meanwhile. */
    void reopen(int index) {
        inCall[index] = false;
        next = Math.min(next, index);
        if (revokedInCall[index]) {
            revokedInCall[index] = false;
            revoke(index);
        }
    }

    /** Whether the file has been revoked since its call was given out. */
    boolean isRevokedInCall(int index) {
        return revokedInCall[index];
    }

    /** What is covered is to stay; of what is in a call, the call's outcome stands, if it begins. */
    void revoke(Revocation revocation) {
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null
                    && !revoked[i]
                    && revocation.covers(command.getFiles(i).getFile().getPath())) {
                if (inCall[i]) {
                    revokedInCall[i] = true;
                } else {
                    revoke(i);
                }
            }
        }
    }

    private void revoke(int index) {
        if (treatment instanceof Treatment.DryRun) {
            settle(index, FileResult.of(Outcome.REVOKED, "")); // of such a command nobody has touched anything
        } else {
            revoked[index] = true;
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

    /**
     * One outcome for each file.
     *
     * @param latestToken of the grant under which it is reported, where no storage call was made
     */
    DeletionReport report(long latestToken) {
        return Reports.of(command, Arrays.asList(results), token == null ? latestToken : token);
    }
}
