package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.RegionId;
import io.sexton.proto.Text;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.ApprovalRow;
import io.sexton.streams.row.HoldRow;
import io.sexton.streams.state.ExpiringFiles;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.Approval;
import io.sexton.v1.Expedite;
import io.sexton.v1.Hold;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Retry;
import java.time.Duration;
import java.time.Instant;

/** The applier of operators' orders: holds, approvals, retries, policies. Not thread safe. */
final class OperatorFacts {
    private static final Duration ALLOWANCE_LIFETIME = Duration.ofHours(24);
    private static final Duration APPROVAL_RETENTION = Duration.ofDays(30);

    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final RegionFacts regions;
    private final InventoryFacts inventories;
    private final Wakes wakes;

    OperatorFacts(
            State state, Outbox out, Sweeps sweeps, RegionFacts regions, InventoryFacts inventories, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.regions = regions;
        this.inventories = inventories;
        this.wakes = wakes;
    }

    void hold(Region region, Hold hold, Fact fact) {
        String id = hold.getHoldId();
        HoldRow old = state.holds().get(region.id(), id);
        if (hold.getReleased()) {
            if (old != null) {
                end(region, id, old);
            }
            return;
        }
        if (old == null) {
            region.row().setHolds(region.row().getHolds() + 1);
        }
        boolean isNew = old == null || !old.getPathPrefix().equals(hold.getPathPrefix());
        if (old != null) {
            removeTimer(region, id, old);
        }
        HoldRow.Builder row = HoldRow.newBuilder()
                .setPathPrefix(hold.getPathPrefix())
                .setReason(Text.cut(hold.getReason()))
                .setOffset(fact.offset());
        if (hold.hasExpiresAfter()) {
            row.setExpiresAfterMs(Times.of(hold.getExpiresAfter()).toMillis());
            state.timers().awaitTick(new Timer.HoldExpiry(region.id(), id), fact);
        }
        if (old == null) {
            state.holds().insert(region.id(), id, old, row.build());
        } else {
            state.holds().update(region.id(), id, old, row.build());
        }
        if (isNew) {
            wakes.wake(region, new Blocker.ByHold(region.id(), id));
            out.revokePrefix(region.id(), hold.getPathPrefix());
        }
    }

    /** Starts the lifetime of a hold at the first agreeing tick after it. */
    void countFrom(Region region, String holdId, Instant clock) {
        HoldRow row = state.holds().get(region.id(), holdId);
        if (row == null || !row.hasExpiresAfterMs() || row.hasExpiresMs()) {
            return;
        }
        Instant expires = clock.plusMillis(row.getExpiresAfterMs());
        state.holds()
                .update(
                        region.id(),
                        holdId,
                        row,
                        row.toBuilder().setExpiresMs(expires.toEpochMilli()).build());
        state.timers().add(Timer.justPast(expires), new Timer.HoldExpiry(region.id(), holdId));
    }

    void expire(Region region, String holdId, Fact tick) {
        HoldRow row = state.holds().get(region.id(), holdId);
        if (row != null
                && row.hasExpiresMs()
                && Instant.ofEpochMilli(row.getExpiresMs()).isBefore(tick.time())) {
            end(region, holdId, row);
        }
    }

    private void end(Region region, String holdId, HoldRow row) {
        removeTimer(region, holdId, row);
        state.holds().delete(region.id(), holdId, row);
        region.row().setHolds(region.row().getHolds() - 1);
        wakes.wake(region, new Blocker.ByHold(region.id(), holdId));
    }

    private void removeTimer(Region region, String holdId, HoldRow row) {
        if (row.hasExpiresMs()) {
            Instant check = Timer.justPast(Instant.ofEpochMilli(row.getExpiresMs()));
            state.timers().remove(check, new Timer.HoldExpiry(region.id(), holdId));
        }
    }

    /** Accepts a doubted inventory, or lifts the latches that the operator has seen and adds an allowance. */
    void approve(Region region, Approval approval, Fact fact) {
        String id = approval.getApprovalId();
        ApprovalRow known = state.approvals().get(region.id(), id);
        if (known != null) {
            return; // an id counts once
        }
        Instant forget = fact.time().plus(APPROVAL_RETENTION);
        ApprovalRow row =
                ApprovalRow.newBuilder().setForgetMs(forget.toEpochMilli()).build();
        state.approvals().insert(region.id(), id, known, row);
        state.timers().add(forget, new Timer.ForgetApproval(region.id(), approval.getApprovalId()));
        if (!approval.getInventoryId().isEmpty()) {
            inventories.approve(region, approval.getInventoryId(), fact);
            return;
        }
        // An unfinished snapshot may still latch the region. The approval covers it: its events precede the approval.
        sweeps.finish(region);
        if (GuardCounts.unlatch(region, approval.getLatchOffset() == 0 ? null : approval.getLatchOffset())) {
            GuardCounts.addAllowance(region, approval.getMaxFiles(), fact.time().plus(ALLOWANCE_LIFETIME));
        }
        wakes.wake(region, new Blocker.AwaitsApproval(region.id()));
    }

    void forgetApproval(RegionId region, String approvalId) {
        state.approvals().delete(region, approvalId, state.approvals().get(region, approvalId));
    }

    /** Recomputes due times under a prefix, by the policy in force now; with an empty prefix that of the drop, too. */
    void expedite(Region region, Expedite expedite, Fact fact) {
        if (rejectedAsFull(region, fact)) {
            return;
        }
        if (expedite.getPathPrefix().isEmpty()) {
            regions.expediteDrop(region);
        }
        sweeps.sweepExpedite(region, expedite.getPathPrefix(), state.clock().time(), fact);
    }

    /** Makes the stuck files under a prefix due at once. */
    void retry(Region region, Retry retry, Fact fact) {
        if (rejectedAsFull(region, fact)) {
            return;
        }
        Instant clock = state.clock().time();
        Instant atOnce = clock == null ? fact.time() : clock;
        sweeps.sweepRetry(region, retry.getPathPrefix(), new Fact(fact.offset(), atOnce));
    }

    private boolean rejectedAsFull(Region region, Fact fact) {
        boolean rejected = sweeps.isFull(region);
        if (rejected) {
            out.rejected(
                    region.id(),
                    fact.offset(),
                    "too many facts that concern every file of the region are still being worked through; repeat it");
        }
        return rejected;
    }

    /** Sets a policy. Wakes every parked file and recomputes expiries: the new policy may change their decisions. */
    void setPolicy(PolicySet set, Fact fact) {
        state.policies().apply(set, fact.offset());
        wakes.wakeAll();
        ExpiringFiles expiring = state.files().expiring();
        expiring.forEachRegion(region -> expiring.refresh(state.regions().get(region)));
    }
}
