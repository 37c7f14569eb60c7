package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveRegion.Allowance;
import io.sexton.streams.oracle.NaiveRegion.Guard;
import io.sexton.v1.Approval;
import io.sexton.v1.Hold;

/** What people order: holds, approvals, retries (sections 6 and 7). */
final class Operators {

    private final Moment moment;
    private final NaiveRegion region;

    Operators(Moment moment) {
        this.moment = moment;
        this.region = moment.region();
    }

    /** "by path prefix (empty: the region), until released" */
    void hold(Hold hold) {
        if (hold.getReleased()) {
            if (region.holds.remove(hold.getHoldId()) != null) {
                moment.met(Rule.HOLD_RELEASED);
            }
            return;
        }
        String before = region.holds.put(hold.getHoldId(), hold.getPathPrefix());
        if (hold.getPathPrefix().equals(before)) {
            moment.met(Rule.HOLD_REPEATED);
            return;
        }
        // "A new hold also sends `RevokeCommand{path_prefix}`." So does one that now holds another prefix.
        moment.met(before == null ? Rule.HOLD_NEW : Rule.HOLD_CHANGED);
        moment.out().add(new Fact.RevokePrefix(region.id, hold.getPathPrefix()));
    }

    /** "an `Approval`, which unlatches and, for 24 h, lets `max_files` go beyond that number" */
    void approval(Approval approval) {
        Guard guard = region.guard;
        if (guard.approvals.putIfAbsent(approval.getApprovalId(), moment.at()) != null) {
            // "An approval id counts once"
            moment.met(Rule.APPROVAL_REPEATED);
            return;
        }
        moment.met(guard.latched ? Rule.APPROVED_LATCHED : Rule.APPROVED);
        guard.latched = false;
        long files = approval.getMaxFiles() < 0 ? Long.MAX_VALUE : approval.getMaxFiles();
        guard.allowances.add(new Allowance(moment.at() + Millis.DAY, files));
    }

    /** "(remembered for 30 days)" */
    void forgetApprovals() {
        if (region.guard.approvals.values().removeIf(at -> moment.at() > at + 30 * Millis.DAY)) {
            moment.met(Rule.APPROVAL_FORGOTTEN);
        }
    }

    /** "stuck […] until a `Retry` that names it (then due at once)" */
    void retry(String prefix) {
        for (NaiveFile file : region.files.values()) {
            Condemnation condemnation = file.condemnation;
            if (file.state == NaiveFile.State.CONDEMNED
                    && condemnation != null
                    && condemnation.stuck
                    && file.path.startsWith(prefix)) {
                moment.met(Rule.RETRY);
                condemnation.stuck = false;
                condemnation.emitAgainAt = Long.MIN_VALUE;
            }
        }
    }
}
