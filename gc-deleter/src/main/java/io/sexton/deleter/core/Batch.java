package io.sexton.deleter.core;

import io.sexton.proto.FilePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one storage call, out of one command or of several that wait behind each other. Each file stays its own
 * command's: what is revoked, found and reported of it is told apart by command and place, never by path alone.
 */
final class Batch {

    private record Slot(PendingCommand command, int index) {}

    private final List<Slot> slots = new ArrayList<>();
    private final List<Deletion> deletions = new ArrayList<>();

    private Batch() {}

    /**
     * The next open files of a region's commands, marked as being in a call; empty if there are none. It ends where the
     * next file is to be treated in another way, or where a path comes again: its second turn comes after this call.
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

    /** One of its commands, any of which says where its files lie and how they are treated; null if it is empty. */
    @Nullable
    PendingCommand first() {
        return slots.isEmpty() ? null : slots.getFirst().command();
    }

    List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    /** The call is over; its results are in the order of its files. */
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

    /** The call never began: its files are open again, those that were revoked meanwhile to be looked at. */
    void reopen() {
        slots.forEach(slot -> slot.command().reopen(slot.index()));
    }

    /** Whether a file of the call has been revoked since the call was given out. */
    boolean isRevoked() {
        return slots.stream().anyMatch(slot -> slot.command().isRevokedInCall(slot.index()));
    }
}
