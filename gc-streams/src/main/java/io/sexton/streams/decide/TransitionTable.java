package io.sexton.streams.decide;

import io.sexton.streams.model.StateKind;

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

        record Become(StateKind state) implements Effect {}

        /** A condemned file that is needed again: its delete is revoked, the conflict reported, and the state set. */
        record Revive(StateKind state) implements Effect {}

        /** The state stays OBSOLETE, but the path was written again: a later snapshot must confirm it. */
        record RequireConfirmation() implements Effect {}

        /** The path is rejected; the rest of the event applies. */
        record Reject(String why) implements Effect {}
    }

    private static final Effect KEEP = new Effect.Keep();
    private static final Effect REQUIRE_CONFIRMATION = new Effect.RequireConfirmation();

    public static Effect effect(Cause cause, StateKind from) {
        return switch (cause) {
            case EDIT_ADDS, SNAPSHOT_NAMES -> namedInManifest(from);
            case EDIT_REMOVES -> removedByEdit(from);
            case FILE_WRITTEN -> written(from);
            case INVENTORY_NAMES -> isUnknownOrGone(from) ? become(StateKind.UNREFERENCED) : KEEP;
            case COMPACTION_TEMP -> compactionTemp(from);
            case COMPACTION_LEFTOVER -> compactionLeftover(from);
            case WRITE_FAILED -> writeFailed(from);
        };
    }

    private static Effect namedInManifest(StateKind from) {
        return switch (from) {
            case LIVE -> KEEP;
            case CONDEMNED -> new Effect.Revive(StateKind.LIVE);
            case UNKNOWN, OBSOLETE, UNREFERENCED, TEMP, ABANDONED, ABORTED, GONE -> become(StateKind.LIVE);
        };
    }

    private static Effect removedByEdit(StateKind from) {
        return switch (from) {
            case UNKNOWN, LIVE, UNREFERENCED, TEMP, ABANDONED, ABORTED -> become(StateKind.OBSOLETE);
            case OBSOLETE, CONDEMNED, GONE -> KEEP;
        };
    }

    private static Effect written(StateKind from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(StateKind.UNREFERENCED);
            case CONDEMNED -> new Effect.Revive(StateKind.UNREFERENCED);
            case OBSOLETE -> REQUIRE_CONFIRMATION;
            case LIVE, TEMP -> KEEP;
        };
    }

    private static Effect compactionTemp(StateKind from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, ABANDONED, ABORTED -> become(StateKind.TEMP);
            case TEMP -> KEEP;
            case LIVE, OBSOLETE, CONDEMNED ->
                new Effect.Reject("a temporary file of a compaction must be new, but it is " + from);
        };
    }

    private static Effect compactionLeftover(StateKind from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(StateKind.ABANDONED);
            case LIVE, OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static Effect writeFailed(StateKind from) {
        return switch (from) {
            case UNKNOWN, GONE, UNREFERENCED, TEMP -> become(StateKind.ABORTED);
            case LIVE -> new Effect.Reject("its write cannot have failed: it is LIVE");
            case OBSOLETE, ABANDONED, ABORTED, CONDEMNED -> KEEP;
        };
    }

    private static boolean isUnknownOrGone(StateKind from) {
        return from == StateKind.UNKNOWN || from == StateKind.GONE;
    }

    private static Effect become(StateKind state) {
        return new Effect.Become(state);
    }

    /** Returns the effect of a sighting in a retention-only region: it has no manifest, so each existing file is LIVE. */
    public static Effect withoutManifest(Effect sighting) {
        return switch (sighting) {
            case Effect.Become become when become.state() == StateKind.UNREFERENCED -> become(StateKind.LIVE);
            case Effect.Revive revive
            when revive.state() == StateKind.UNREFERENCED -> new Effect.Revive(StateKind.LIVE);
            case Effect.Become become -> become;
            case Effect.Revive revive -> revive;
            case Effect.Keep keep -> keep;
            case Effect.RequireConfirmation requireConfirmation -> requireConfirmation;
            case Effect.Reject reject -> reject;
        };
    }
}
