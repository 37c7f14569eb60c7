package io.sexton.deleter.core;

import io.sexton.proto.FilePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one storage call, from one command or from several consecutive ones. A file is identified by its command
 * and its place in it, never by its path alone: revokes and results are those of one command.
 */
final class Batch {

    private record Slot(PendingCommand command, int index) {}

    private final List<Slot> slots = new ArrayList<>();
    private final List<Deletion> deletions = new ArrayList<>();

    private Batch() {}

    /**
     * Takes the next pending files of a region's commands; none if there are none. Ends before a file that is to be treated
     * in another way, and before a path that is in the batch already: its second turn comes after this call.
     *
     * @param commands in their order
     * @param lockToken the token under which the call is made
     */
    static Batch next(Iterable<PendingCommand> commands, int atMost, long lockToken) {
        Batch batch = new Batch();
        Set<FilePath> paths = new HashSet<>();
        for (PendingCommand command : commands) {
            for (Optional<Deletion> next = command.next(); next.isPresent(); next = command.next()) {
                boolean fits = paths.size() < atMost && batch.isFor(command);
                if (!fits || !paths.add(next.get().path())) {
                    return batch;
                }
                batch.slots.add(new Slot(command, command.take(lockToken)));
                batch.deletions.add(next.get());
            }
        }
        return batch;
    }

    private boolean isFor(PendingCommand command) {
        @Nullable PendingCommand first = first();
        return first == null || command.isTreatedLike(first);
    }

    /** Returns one of its commands, all of which name the same place and treatment; null if it is empty. */
    @Nullable
    PendingCommand first() {
        return slots.isEmpty() ? null : slots.getFirst().command();
    }

    List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    /** Settles its files with the results of the call, which are in their order. */
    void settle(List<FileResult> results) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            slot.command()
                    .settleInCall(
                            slot.index(),
                            i < results.size()
                                    ? results.get(i)
                                    : FileResult.retryable("the store gave no result for this file"));
        }
    }

    /** Returns its files to their commands: the call was not begun. */
    void reopen() {
        slots.forEach(slot -> slot.command().reopen(slot.index()));
    }

    /** Returns whether a file of the call has been revoked since the call was given out. */
    boolean isRevoked() {
        return slots.stream().anyMatch(slot -> slot.command().isRevokedInCall(slot.index()));
    }
}
