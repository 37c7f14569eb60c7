package io.sexton.deleter.storage;

import io.sexton.deleter.core.Floors;
import java.time.Duration;

/**
 * The operator's rules for one store, which no event can change.
 *
 * @param roots the permitted roots of regions
 * @param floors how long files must have been garbage, and how old objects must be
 * @param removesEmptyDirectories true if directories that a deletion leaves empty are removed
 * @param trashRetention how long trashed files can be restored
 */
public record StoreRules(Roots roots, Floors floors, boolean removesEmptyDirectories, Duration trashRetention) {

    /** The default time for which trashed files can be restored. */
    public static final Duration DEFAULT_TRASH_RETENTION = Duration.ofDays(7);

    /** Rules without floors, for tests, trials and data that does not matter; empty directories stay. */
    public static StoreRules withoutFloors(Roots roots) {
        return new StoreRules(roots, Floors.NONE, false, DEFAULT_TRASH_RETENTION);
    }

    /** Returns the same rules with these floors. */
    public StoreRules withFloors(Floors changed) {
        return new StoreRules(roots, changed, removesEmptyDirectories, trashRetention);
    }

    /** Returns the same rules, by which directories go that a deletion leaves empty. */
    public StoreRules removingEmptyDirectories() {
        return new StoreRules(roots, floors, true, trashRetention);
    }

    /** Returns the same rules with that retention. */
    public StoreRules withTrashRetention(Duration changed) {
        return new StoreRules(roots, floors, removesEmptyDirectories, changed);
    }

    /**
     * Returns the directories to remove. The record of an exclusive root is removed with it, so the roots of gone
     * regions must be.
     */
    EmptyDirectories.Scope emptyDirectories() {
        return removesEmptyDirectories
                ? EmptyDirectories.Scope.ALL
                : roots.areExclusive() ? EmptyDirectories.Scope.GONE_REGIONS : EmptyDirectories.Scope.NONE;
    }
}
