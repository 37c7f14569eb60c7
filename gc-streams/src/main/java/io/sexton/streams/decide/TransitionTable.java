package io.sexton.streams.decide;

import io.sexton.streams.model.FileState;

/**
 * The table of section 5, cell by cell: the effect of a fact about a path on its file. Pure: the appliers carry it out.
 */
public final class TransitionTable {
    private TransitionTable() {}

    /** The columns of the table. */
    public enum Cause {
        EDIT_ADDS,
        EDIT_REMOVES,
        SNAPSHOT_NAMES,
        FILE_WRITTEN,
        INVENTORY_NAMES,
        COMPACTION_TEMP,
        COMPACTION_LEFTOVER,
        WRITE_FAILED;

        /**
         * Returns whether the fact revokes a delete that may be pending although the path is GONE (design, section 7).
         */
        public boolean revokes() {
            return switch (this) {
                case EDIT_ADDS, FILE_WRITTEN, COMPACTION_TEMP, COMPACTION_LEFTOVER -> true;
                case EDIT_REMOVES, SNAPSHOT_NAMES, INVENTORY_NAMES, WRITE_FAILED -> false;
            };
        }
    }

    /** The content of a cell. */
    public sealed interface Effect {
        /** No change (a dash). */
        record Keep() implements Effect {}

        record Become(FileState state) implements Effect {}

        /** A condemned file that is needed again: its delete is revoked, the conflict reported, and the state set. */
        record Revive(FileState state) implements Effect {}

        /** The state stays OBSOLETE, but the path was written again: a later snapshot must confirm it. */
        record RequireConfirmation() implements Effect {}

        /** The path is rejected; the rest of the event applies. */
        record Reject(String why) implements Effect {}
    }

    private static final Effect KEEP = new Effect.Keep();
    private static final Effect REQUIRE_CONFIRMATION = new Effect.RequireConfirmation();

    public static Effect effect(Cause cause, FileState from) {
        return switch (cause) {
            case EDIT_ADDS, SNAPSHOT_NAMES -> namedInManifest(from);
            case EDIT_REMOVES -> removedByEdit(from);
            case FILE_WRITTEN -> written(from);
            case INVENTORY_NAMES -> isUnknownOrGone(from) ? become(FileState.UNREFERENCED) : KEEP;
            case COMPACTION_TEMP -> compactionTemp(from);
            case COMPACTION_LEFTOVER -> compactionLeftover(from);
            case WRITE_FAILED -> writeFailed(from);
        };
    }

    private static Effect namedInManifest(FileState from) {
        return switch (from) {
            case LIVE -> KEEP;
            case CONDEMNED -> new Effect.Revive(FileState.LIVE);
            case UNKNOWN, OBSOLETE, UNREFERENCED, TEMP, ABANDONED, ABORTED, GONE -> become(FileState.LIVE);
        };
    }

    private static Effect removedByEdit(FileState from) {
        return switch (from) {
            case UNKNOWN, LIVE, UNREFERENCED, TEMP, ABANDONED, ABORTED -> become(FileState.OBSOLETE);
            case OBSOLETE, CONDEMNED, GONE -> KEEP;
        };
    }

    private static Effect written(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(FileState.UNREFERENCED);
            case CONDEMNED -> new Effect.Revive(FileState.UNREFERENCED);
            case OBSOLETE -> REQUIRE_CONFIRMATION;
            case LIVE, TEMP -> KEEP;
        };
    }

    private static Effect compactionTemp(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(FileState.TEMP);
            case TEMP -> KEEP;
            case LIVE, OBSOLETE, CONDEMNED ->
                new Effect.Reject("a temporary file of a compaction must be new, but it is " + from);
        };
    }

    private static Effect compactionLeftover(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(FileState.ABANDONED);
            case LIVE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static Effect writeFailed(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(FileState.ABORTED);
            case LIVE -> new Effect.Reject("its write cannot have failed: it is LIVE");
            case OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static boolean isUnknownOrGone(FileState from) {
        return from == FileState.UNKNOWN || from == FileState.GONE;
    }

    private static Effect become(FileState state) {
        return new Effect.Become(state);
    }
}
