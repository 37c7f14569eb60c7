package io.sexton.deleter.core;

import io.sexton.proto.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The reason and the times of a file's condemnation, as its command states them.
 *
 * @param reason why the file is garbage
 * @param since when it became garbage; null if the command does not state it
 * @param decidedAt when the command was decided, by the clock of the log; null if the command does not state it
 */
public record Condemnation(
        Reason reason, @Nullable Instant since, @Nullable Instant decidedAt) {

    /** A condemnation of which nothing is known: below every floor. */
    public static final Condemnation UNKNOWN = new Condemnation(Reason.REASON_UNSPECIFIED, null, null);

    static Condemnation of(DeleteCommand command, CondemnedFile file) {
        return new Condemnation(
                file.getReason(),
                file.hasSince() ? Times.of(file.getSince()) : null,
                command.hasDecidedAt() ? Times.of(command.getDecidedAt()) : null);
    }
}
