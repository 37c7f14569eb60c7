package io.sexton.locks.core;

import io.sexton.locks.core.row.RegionRow;
import io.sexton.proto.RegionId;
import java.util.Optional;

/**
 * The lock of one region while a record is applied to it. Applies decisions; the lock is stored when the region is
 * closed.
 */
final class OpenRegion {
    private final LockState state;
    private final RegionId id;
    private final LogPoint now;
    private RegionRow before;
    private RegionLock lock;
    private boolean changed;

    OpenRegion(LockState state, RegionId id, LogPoint now, RegionRow before) {
        this.state = state;
        this.id = id;
        this.now = now;
        this.before = before;
        lock = Rows.read(before);
    }

    RegionId id() {
        return id;
    }

    RegionLock lock() {
        return lock;
    }

    Optional<Ending> ending(Requester requester) {
        return state.ending(id, requester);
    }

    void apply(Decision decision) {
        switch (decision) {
            case Decision.Grant d -> set(lock.with(d.claim()));
            case Decision.Queue d -> set(lock.with(d.claim()));
            case Decision.GrantAgain d -> set(lock.with(d.claim()));
            case Decision.Renew d -> set(lock.with(d.claim()));
            case Decision.Release d -> end(d.claim(), new Ending.Kind.Released());
            case Decision.Expire d -> end(d.claim(), new Ending.Kind.Expired());
            case Decision.TimeOut d -> end(d.claim(), new Ending.Kind.Rejected(d.reason()));
            case Decision.RejectAcquire d ->
                state.storeEnding(id, d.requester(), new Ending(d.token(), new Ending.Kind.Rejected(d.reason())), now);
            case Decision.QueueAgain d -> {}
            case Decision.ReleaseNothing d -> {}
            case Decision.RejectRequest d -> {}
            case Decision.RepeatEnding d -> {}
            case Decision.RequestYield d -> {}
        }
    }

    /**
     * Starts the deadlines that await a tick. This tick is the first one since those claims were granted, renewed or
     * queued.
     */
    void countDeadlinesFromNow() {
        set(lock.countedFrom(now.time()));
    }

    /** Notes that the region's entry in the index of claims that await a tick was removed. */
    void awaitingEntryRemoved() {
        before = before.toBuilder().clearAwaitingOffset().build();
        changed = true;
    }

    /** Notes that the region's entry in the index of deadlines was removed. */
    void deadlineEntryRemoved() {
        before = before.toBuilder().clearLookMs().build();
        changed = true;
    }

    void close() {
        if (changed) {
            state.store(id, before, lock, now);
        }
    }

    private void end(Claim claim, Ending.Kind kind) {
        set(lock.without(claim));
        state.storeEnding(id, claim.requester(), new Ending(claim.token(), kind), now);
    }

    private void set(RegionLock next) {
        lock = next;
        changed = true;
    }
}
