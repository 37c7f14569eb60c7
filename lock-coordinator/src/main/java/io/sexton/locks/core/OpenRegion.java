package io.sexton.locks.core;

import io.sexton.locks.core.row.RegionRow;
import io.sexton.proto.RegionId;
import java.util.Optional;

/** One region's lock while a record is applied to it: carries out decisions. Changes nothing until it is closed. */
final class OpenRegion {
    private final LockState state;
    private final RegionId id;
    private final Moment now;
    private RegionRow before;
    private RegionLock lock;
    private boolean changed;

    OpenRegion(LockState state, RegionId id, Moment now, RegionRow before) {
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
            case Decision.Release d -> end(d.claim(), new Ending.How.Released());
            case Decision.Expire d -> end(d.claim(), new Ending.How.Expired());
            case Decision.GiveUp d -> end(d.claim(), new Ending.How.Rejected(d.reason()));
            case Decision.Refuse d ->
                state.remember(id, d.requester(), new Ending(d.token(), new Ending.How.Rejected(d.reason())), now);
            case Decision.WaitOn d -> {}
            case Decision.ReleaseNothing d -> {}
            case Decision.Deny d -> {}
            case Decision.Recall d -> {}
            case Decision.AskToYield d -> {}
        }
    }

    /** This tick is the first one since some claims began, were renewed or were queued. */
    void countFromNow() {
        set(lock.countedFrom(now.time()));
    }

    /** Its entry among those that await a tick has been taken out. */
    void noLongerAwaitsTick() {
        before = before.toBuilder().clearAwaitingOffset().build();
        changed = true;
    }

    /** Its entry in the schedule has been taken out. */
    void noLongerLookedAt() {
        before = before.toBuilder().clearLookMs().build();
        changed = true;
    }

    void close() {
        if (changed) {
            state.store(id, before, lock, now);
        }
    }

    private void end(Claim claim, Ending.How how) {
        set(lock.without(claim));
        state.remember(id, claim.requester(), new Ending(claim.token(), how), now);
    }

    private void set(RegionLock next) {
        lock = next;
        changed = true;
    }
}
