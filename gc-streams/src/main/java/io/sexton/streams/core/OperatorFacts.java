package io.sexton.streams.core;

import io.sexton.proto.RegionId;
import io.sexton.proto.Text;
import io.sexton.streams.core.row.Allowance;
import io.sexton.streams.core.row.ApprovalRow;
import io.sexton.streams.core.row.HoldRow;
import io.sexton.v1.Approval;
import io.sexton.v1.Hold;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Retry;
import java.time.Duration;
import java.time.Instant;

/** What operators order: holds, approvals, retries, policies. Not thread safe. */
final class OperatorFacts {
    private static final Duration APPROVAL_LASTS = Duration.ofHours(24);
    private static final Duration APPROVAL_IS_REMEMBERED = Duration.ofDays(30);

    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;

    OperatorFacts(State state, Outbox out, Sweeps sweeps) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
    }

    void hold(Region region, Hold hold, Fact fact) {
        String id = hold.getHoldId();
        HoldRow old = state.holds.get(region.id(), id);
        if (hold.getReleased()) {
            if (old != null) {
                state.holds.remove(region.id(), id);
                region.row().setHolds(region.row().getHolds() - 1);
                state.files.wake(region, new Blocker.ByHold(region.id(), id));
            }
            return;
        }
        if (old == null) {
            region.row().setHolds(region.row().getHolds() + 1);
        }
        boolean isNew = old == null || !old.getPathPrefix().equals(hold.getPathPrefix());
        state.holds.put(
                region.id(),
                id,
                HoldRow.newBuilder()
                        .setPathPrefix(hold.getPathPrefix())
                        .setReason(Text.cut(hold.getReason()))
                        .setOffset(fact.offset())
                        .build());
        if (isNew) {
            state.files.wake(region, new Blocker.ByHold(region.id(), id));
            out.revokePrefix(region.id(), hold.getPathPrefix());
        }
    }

    void approve(Region region, Approval approval, Fact fact) {
        byte[] key = approvalKey(region.id(), approval.getApprovalId());
        if (state.approvals.get(key) != null) {
            return; // an id counts once
        }
        Instant forget = fact.time().plus(APPROVAL_IS_REMEMBERED);
        state.approvals.put(
                key, ApprovalRow.newBuilder().setForgetMs(forget.toEpochMilli()).build());
        state.schedule.add(forget, new Timer.ForgetApproval(region.id(), approval.getApprovalId()));
        if (approval.getMaxFiles() != 0) {
            region.row()
                    .getGuardBuilder()
                    .addAllowances(Allowance.newBuilder()
                            .setUntilMs(fact.time().plus(APPROVAL_LASTS).toEpochMilli())
                            .setFiles(approval.getMaxFiles()));
        }
        region.row().getGuardBuilder().setLatched(false).clearNotifiedMs();
        state.files.wake(region, new Blocker.AwaitsApproval(region.id()));
    }

    void forgetApproval(RegionId region, String approvalId) {
        state.approvals.delete(approvalKey(region, approvalId));
    }

    /** Stuck files, once more. */
    void retry(Region region, Retry retry, Fact fact) {
        Instant clock = state.clock().time();
        Instant atOnce = clock == null ? fact.time() : clock;
        sweeps.retry(region, retry.getPathPrefix(), new Fact(fact.offset(), atOnce));
    }

    /** Every file that is parked may fare differently under the new policy, and so may what expires by retention. */
    void setPolicy(PolicySet set, Fact fact) {
        state.policies.apply(set, fact.offset());
        state.files.wakeAll(state.regions::get);
        state.files.forEachRetentionRegion(region -> state.files.refreshRetention(state.regions.get(region)));
    }

    private byte[] approvalKey(RegionId region, String approvalId) {
        return state.approvals.key().text(region.value()).tail(approvalId).build();
    }
}
