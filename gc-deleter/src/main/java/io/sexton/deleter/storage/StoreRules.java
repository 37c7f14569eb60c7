package io.sexton.deleter.storage;

import io.sexton.deleter.core.Floors;
import java.time.Duration;

/**
 * The operator's rules for one store, which nothing in the log can change.
 *
 * @param roots where regions may lie
 * @param floors how long files must have been garbage, and how old objects must be
 * @param removesEmptyDirectories whether directories go that a deletion leaves empty
 * @param trashRetention how long what is trashed can be restored
 */
public record StoreRules(Roots roots, Floors floors, boolean removesEmptyDirectories, Duration trashRetention) {

    /** How long what is trashed can be restored, where nothing else is configured. */
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

    /** The directories that go. The record of an exclusive root goes with it, so the roots of gone regions must. */
    EmptyDirectories.Scope emptyDirectories() {
        return removesEmptyDirectories
                ? EmptyDirectories.Scope.ALL
                : roots.areExclusive() ? EmptyDirectories.Scope.GONE_REGIONS : EmptyDirectories.Scope.NONE;
    }
}
