package io.sexton.streams.core;

/**
 * The table of section 5, cell by cell: what a fact about a path does to its file. Pure; the appliers carry it out.
 */
final class TransitionTable {
    private TransitionTable() {}

    /** The columns. */
    enum Cause {
        EDIT_ADDS,
        EDIT_REMOVES,
        SNAPSHOT_NAMES,
        FILE_WRITTEN,
        INVENTORY_NAMES,
        COMPACTION_TEMP,
        COMPACTION_LEFTOVER,
        WRITE_FAILED;

        /** Returns whether it revokes a delete of the path that may be under way though the path is GONE (design, section 7). */
        boolean revokes() {
            return switch (this) {
                case EDIT_ADDS, FILE_WRITTEN, COMPACTION_TEMP, COMPACTION_LEFTOVER -> true;
                case EDIT_REMOVES, SNAPSHOT_NAMES, INVENTORY_NAMES, WRITE_FAILED -> false;
            };
        }
    }

    /** What a cell says. */
    sealed interface Effect {
        /** Nothing changes (a dash). */
        record Keep() implements Effect {}

        record Become(FileState state) implements Effect {}

        /** A condemned file is needed again: revoke its delete, report the conflict, and take the state. */
        record Revive(FileState state) implements Effect {}

        /** OBSOLETE stays, but somebody wrote the path again: a later snapshot must confirm it. */
        record Doubt() implements Effect {}

        /** The path is refused; the rest of the event applies. */
        record Reject(String why) implements Effect {}
    }

    private static final Effect KEEP = new Effect.Keep();
    private static final Effect DOUBT = new Effect.Doubt();

    static Effect effect(Cause cause, FileState from) {
        return switch (cause) {
            case EDIT_ADDS, SNAPSHOT_NAMES -> named(from);
            case EDIT_REMOVES -> removed(from);
            case FILE_WRITTEN -> written(from);
            case INVENTORY_NAMES -> isUnseen(from) ? become(FileState.UNREFERENCED) : KEEP;
            case COMPACTION_TEMP -> temporary(from);
            case COMPACTION_LEFTOVER -> leftOver(from);
            case WRITE_FAILED -> aborted(from);
        };
    }

    private static Effect named(FileState from) {
        return switch (from) {
            case LIVE -> KEEP;
            case CONDEMNED -> new Effect.Revive(FileState.LIVE);
            case UNKNOWN, OBSOLETE, UNREFERENCED, TEMP, ABANDONED, ABORTED, GONE -> become(FileState.LIVE);
        };
    }

    private static Effect removed(FileState from) {
        return switch (from) {
            case UNKNOWN, LIVE, UNREFERENCED, TEMP, ABANDONED, ABORTED -> become(FileState.OBSOLETE);
            case OBSOLETE, CONDEMNED, GONE -> KEEP;
        };
    }

    private static Effect written(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(FileState.UNREFERENCED);
            case CONDEMNED -> new Effect.Revive(FileState.UNREFERENCED);
            case OBSOLETE -> DOUBT;
            case LIVE, TEMP -> KEEP;
        };
    }

    private static Effect temporary(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(FileState.TEMP);
            case TEMP -> KEEP;
            case LIVE, OBSOLETE, CONDEMNED ->
                new Effect.Reject("a temporary file of a compaction must be new, but it is " + from);
        };
    }

    private static Effect leftOver(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(FileState.ABANDONED);
            case LIVE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static Effect aborted(FileState from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(FileState.ABORTED);
            case LIVE -> new Effect.Reject("its write cannot have failed: it is LIVE");
            case OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static boolean isUnseen(FileState from) {
        return from == FileState.UNKNOWN || from == FileState.GONE;
    }

    private static Effect become(FileState state) {
        return new Effect.Become(state);
    }
}
