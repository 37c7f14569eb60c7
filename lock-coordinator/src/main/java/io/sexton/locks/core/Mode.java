package io.sexton.locks.core;

import io.sexton.v1.LockMode;

/** The mode of a lock (design, section 9). */
enum Mode {
    /** Any number at a time, for scans. */
    SHARED(LockMode.SHARED),
    /** One at a time beside shared ones, for garbage collection. */
    UPDATE(LockMode.UPDATE),
    /** No other lock beside it, for migration, repartition, restore. */
    EXCLUSIVE(LockMode.EXCLUSIVE);

    private final LockMode proto;

    Mode(LockMode proto) {
        this.proto = proto;
    }

    LockMode toProto() {
        return proto;
    }

    /** Returns whether two locks of one region may be held at the same time. Symmetric. WARNING: I4. */
    boolean isCompatibleWith(Mode other) {
        return switch (this) {
            case SHARED -> other != EXCLUSIVE;
            case UPDATE -> other == SHARED;
            case EXCLUSIVE -> false;
        };
    }

    /**
     * Returns whether a waiter for this mode requests a holder to yield.
     *
     * <p>A waiting EXCLUSIVE requests every holder to yield. A waiting UPDATE requests only the holder of the other
     * UPDATE: that is a deleter, too, which keeps its lock from command to command until it is requested to yield, and
     * would starve the waiter otherwise. It sends no request to an EXCLUSIVE holder, because a migration ends by itself
     * and garbage can wait for it. A waiting SHARED sends no request.
     */
    boolean requestsYieldFrom(Mode holder) {
        return switch (this) {
            case SHARED -> false;
            case UPDATE -> holder == UPDATE;
            case EXCLUSIVE -> true;
        };
    }
}
