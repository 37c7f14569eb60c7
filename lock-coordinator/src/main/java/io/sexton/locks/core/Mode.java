package io.sexton.locks.core;

import io.sexton.v1.LockMode;

/** How a lock is shared (design, section 9). */
enum Mode {
    /** Many at once: scans. */
    SHARED(LockMode.SHARED),
    /** One at once, beside shared ones: garbage collection. */
    UPDATE(LockMode.UPDATE),
    /** Alone: migration, repartition, restore. */
    EXCLUSIVE(LockMode.EXCLUSIVE);

    private final LockMode proto;

    Mode(LockMode proto) {
        this.proto = proto;
    }

    LockMode toProto() {
        return proto;
    }

    /** WARNING: I4. Which locks of one region may be held side by side; symmetric. */
    boolean isCompatibleWith(Mode other) {
        return switch (this) {
            case SHARED -> other != EXCLUSIVE;
            case UPDATE -> other == SHARED;
            case EXCLUSIVE -> false;
        };
    }

    /**
     * Whether one that waits for this mode asks a holder to yield.
     *
     * <p>A waiting EXCLUSIVE asks everybody. A waiting UPDATE asks only the holder of the other UPDATE: that is a deleter
     * too, which keeps its lock from command to command for as long as nobody asks, so without being asked it would
     * starve the other one. It does not ask an EXCLUSIVE holder, nor does a scan ask anybody: a migration is one piece of
     * work with an end, and garbage can wait for it.
     */
    boolean asksToYield(Mode holder) {
        return switch (this) {
            case SHARED -> false;
            case UPDATE -> holder == UPDATE;
            case EXCLUSIVE -> true;
        };
    }
}
