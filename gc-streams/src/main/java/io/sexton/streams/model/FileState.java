package io.sexton.streams.model;

import io.sexton.v1.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a known file (design, section 5), with the attributes that only files of that state have. Immutable. */
public sealed interface FileState {
    /** Returns the row of the table that the state belongs to. */
    default StateKind kind() {
        return switch (this) {
            case Live live -> StateKind.LIVE;
            case Obsolete obsolete -> StateKind.OBSOLETE;
            case Unreferenced unreferenced -> StateKind.UNREFERENCED;
            case Temporary temporary -> StateKind.TEMP;
            case Abandoned abandoned -> StateKind.ABANDONED;
            case Aborted aborted -> StateKind.ABORTED;
            case Condemned condemned -> StateKind.CONDEMNED;
            case Gone gone -> StateKind.GONE;
        };
    }

    /** A state of files that become due when they have lingered. */
    sealed interface Garbage extends FileState {
        /** Returns when its own lingering ends, by the policy in force at the fact or by a put-back. */
        @Nullable
        Instant lingerEnd();

        /** Returns whether its commit may have happened unseen: a later snapshot must confirm that it is garbage. */
        boolean toBeConfirmed();

        Garbage withLingerEnd(@Nullable Instant end);

        Garbage withConfirmationRequired();
    }

    /**
     * A file in the manifest; in a retention-only region each file that exists.
     *
     * @param excused whether it is missing from an inventory that an operator has accepted
     */
    record Live(boolean excused) implements FileState {}

    /**
     * A file that the manifest no longer names.
     *
     * @param bySnapshot whether a snapshot has removed it that did not name it
     */
    record Obsolete(@Nullable Instant lingerEnd, boolean toBeConfirmed, boolean bySnapshot) implements Garbage {
        @Override
        public Obsolete withLingerEnd(@Nullable Instant end) {
            return new Obsolete(end, toBeConfirmed, bySnapshot);
        }

        @Override
        public Obsolete withConfirmationRequired() {
            return new Obsolete(lingerEnd, true, bySnapshot);
        }
    }

    /** A file that exists, but that no edit has named. */
    record Unreferenced(@Nullable Instant lingerEnd, boolean toBeConfirmed) implements Garbage {
        @Override
        public Unreferenced withLingerEnd(@Nullable Instant end) {
            return new Unreferenced(end, toBeConfirmed);
        }

        @Override
        public Unreferenced withConfirmationRequired() {
            return new Unreferenced(lingerEnd, true);
        }
    }

    /** A file that a running compaction writes. */
    record Temporary(String compactionId) implements FileState {}

    /**
     * A file that an ended compaction or reader has left.
     *
     * @param staleTempManifest whether the reader that wrote it has died
     */
    record Abandoned(@Nullable Instant lingerEnd, boolean toBeConfirmed, boolean staleTempManifest) implements Garbage {
        @Override
        public Abandoned withLingerEnd(@Nullable Instant end) {
            return new Abandoned(end, toBeConfirmed, staleTempManifest);
        }

        @Override
        public Abandoned withConfirmationRequired() {
            return new Abandoned(lingerEnd, true, staleTempManifest);
        }
    }

    /** A file whose write has failed. */
    record Aborted(@Nullable Instant lingerEnd, boolean toBeConfirmed) implements Garbage {
        @Override
        public Aborted withLingerEnd(@Nullable Instant end) {
            return new Aborted(end, toBeConfirmed);
        }

        @Override
        public Aborted withConfirmationRequired() {
            return new Aborted(lingerEnd, true);
        }
    }

    /** A file that a command orders to delete. */
    record Condemned(Origin origin, Ground ground, Deletion deletion) implements FileState {

        public Condemned with(Deletion next) {
            return new Condemned(origin, ground, next);
        }
    }

    /** A file that was deleted, or that a sound inventory has not listed. */
    record Gone() implements FileState {}

    /**
     * The state before a condemnation: a REVOKED report brings it back.
     *
     * @param since time of the fact that led to it
     * @param factOffset of that fact
     */
    record Origin(FileState state, Instant since, long factOffset) {}

    /**
     * The reason for a condemnation.
     *
     * @param since when the file became garbage
     * @param evidenceOffset of the fact that made it garbage (I7)
     */
    record Ground(Reason reason, Instant since, long evidenceOffset) {}

    /**
     * The progress of a deletion.
     *
     * @param emittedOffset of the tick of the last command that named the file
     * @param failedOffsets of the commands of which a FAILED_RETRYABLE has counted
     * @param reported whether something has been reported of the last command
     * @param stuck whether it waits for an operator's Retry
     */
    record Deletion(long emittedOffset, int attempt, List<Long> failedOffsets, boolean reported, boolean stuck) {
        public static Deletion first(Fact tick) {
            return new Deletion(tick.offset(), 1, List.of(), false, false);
        }

        public Deletion emittedAgain(Fact tick) {
            return new Deletion(tick.offset(), attempt + 1, failedOffsets, false, stuck);
        }

        public Deletion failed(long commandOffset) {
            List<Long> failed = new ArrayList<>(failedOffsets);
            failed.add(commandOffset);
            return new Deletion(emittedOffset, attempt, List.copyOf(failed), reported, stuck);
        }

        public Deletion withReport() {
            return new Deletion(emittedOffset, attempt, failedOffsets, true, stuck);
        }

        public Deletion withStuck(boolean isStuck) {
            return new Deletion(emittedOffset, attempt, failedOffsets, reported, isStuck);
        }
    }
}
