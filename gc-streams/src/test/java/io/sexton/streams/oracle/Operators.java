package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveRegion.Allowance;
import io.sexton.streams.oracle.NaiveRegion.Guard;
import io.sexton.v1.Approval;
import io.sexton.v1.Hold;
import java.util.List;
import java.util.OptionalLong;

/** The orders of operators: holds, approvals, retries (sections 6 and 7). */
final class Operators {

    private final RecordContext context;
    private final NaiveRegion region;

    Operators(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    /** "by path prefix (empty: the region), until released, or until `expires_after` has passed" */
    void hold(Hold hold) {
        if (hold.getReleased()) {
            if (region.holds.remove(hold.getHoldId()) != null) {
                context.met(Rule.HOLD_RELEASED);
            }
            return;
        }
        NaiveRegion.Hold before = region.holds.put(
                hold.getHoldId(),
                new NaiveRegion.Hold(
                        hold.getPathPrefix(), hold.hasExpiresAfter() ? Millis.of(hold.getExpiresAfter()) : null));
        if (before != null && hold.getPathPrefix().equals(before.prefix)) {
            // "the same hold again begins it anew"
            context.met(Rule.HOLD_REPEATED);
            return;
        }
        // "A new hold also sends `RevokeCommand{path_prefix}`." So does one that now holds another prefix.
        context.met(before == null ? Rule.HOLD_NEW : Rule.HOLD_CHANGED);
        context.out().add(new Fact.RevokePrefix(region.id, hold.getPathPrefix()));
    }

    /** "counted as a ttl (section 4)": from the first agreeing tick after it was begun or renewed. */
    void expireHolds() {
        for (NaiveRegion.Hold hold : List.copyOf(region.holds.values())) {
            Long expiresAfter = hold.expiresAfter;
            Long from = hold.countedFrom;
            if (from == null) {
                hold.countedFrom = context.at();
            } else if (expiresAfter != null && context.at() > from + expiresAfter) {
                context.met(Rule.HOLD_EXPIRES);
                region.holds.values().remove(hold);
            }
        }
    }

    /** "an `Approval` ([…]), which unlatches and adds an allowance" */
    void approval(Approval approval) {
        Guard guard = region.guard;
        if (guard.approvals.putIfAbsent(approval.getApprovalId(), context.at()) != null) {
            // "An approval id counts once"
            context.met(Rule.APPROVAL_REPEATED);
            return;
        }
        if (!approval.getInventoryId().isEmpty()) {
            // "set: accepts that inventory, and nothing else"
            new Listings(context).approved(approval.getInventoryId());
            return;
        }
        context.met(region.latched() ? Rule.APPROVED_LATCHED : Rule.APPROVED);
        // "with a `latch_offset` it lifts only a latch that began, last, at or below it"
        Long guardLatch = guard.latchedAt;
        if (guardLatch != null && liftsLatchOf(guardLatch, approval)) {
            context.met(Rule.APPROVAL_LIFTS_GUARD_LATCH);
            guard.latchedAt = null;
        }
        NaiveRegion.SnapshotLatch snapshotLatch = region.snapshotLatch;
        if (snapshotLatch != null && liftsLatchOf(snapshotLatch.last(), approval)) {
            context.met(Rule.APPROVAL_LIFTS_SNAPSHOT_LATCH);
            region.snapshotLatch = null;
        }
        if (region.latched()) {
            // "where a latch is left standing it allows nothing"
            context.met(Rule.APPROVAL_LEAVES_A_LATCH);
            return;
        }
        allow(approval.getMaxFiles());
    }

    private static boolean liftsLatchOf(long offset, Approval approval) {
        return approval.getLatchOffset() == 0 || !Stamp.above(offset, approval.getLatchOffset());
    }

    /** "`max_files` more in all, within 24 h […]; at most 100 are kept, those that end last" */
    private void allow(long maxFiles) {
        List<Allowance> allowances = region.guard.allowances;
        if (maxFiles == 0) {
            return;
        }
        allowances.add(new Allowance(context.at() + Millis.DAY, maxFiles < 0 ? Long.MAX_VALUE : maxFiles));
        if (allowances.size() > 100) {
            context.met(Rule.ALLOWANCE_DROPPED);
            allowances.remove(region.guard.endsFirst());
        }
    }

    /**
     * "computes the due times of the files under a prefix anew from the policy in force […], earlier or later; where
     * that is above the clock, the file is a candidate no longer; nothing else about them changes"
     */
    void expedite(String prefix, OptionalLong clock) {
        for (NaiveFile file : region.files.values()) {
            if (file.path.startsWith(prefix)) {
                expedite(file, clock);
            }
        }
        NaiveRegion.Drop drop = region.drop;
        if (prefix.isEmpty() && drop != null && !drop.gone) {
            // "with an empty prefix the drop, too"
            context.met(Rule.EXPEDITE_DROP);
            drop.due = drop.at + context.policy().dropLinger();
        }
    }

    private void expedite(NaiveFile file, OptionalLong clock) {
        long before = file.due;
        switch (file.state) {
            case OBSOLETE -> file.due = file.since + context.policy().obsoleteLinger();
            case ABANDONED -> {
                // "but for stale temporary manifests"
                if (file.staleTempManifest) {
                    context.met(Rule.EXPEDITE_STALE_TEMP_MANIFEST);
                    return;
                }
                file.due = file.since + context.policy().tempLinger();
            }
            case ABORTED -> file.due = file.since + context.policy().tempLinger();
            case UNKNOWN, GONE, LIVE, UNREFERENCED, TEMP, CONDEMNED -> {
                return;
            }
        }
        context.met(file.due < before ? Rule.EXPEDITE_EARLIER : Rule.EXPEDITE_LATER);
        if (clock.isPresent() && file.due > clock.getAsLong() && file.candidateAt != null) {
            context.met(Rule.EXPEDITE_ENDS_A_CANDIDATE);
            file.candidateAt = null;
        }
    }

    /** "(remembered for 30 days)" */
    void forgetApprovals() {
        if (region.guard.approvals.values().removeIf(at -> context.at() > at + 30 * Millis.DAY)) {
            context.met(Rule.APPROVAL_FORGOTTEN);
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
                context.met(Rule.RETRY);
                condemnation.stuck = false;
                condemnation.emitAgainAt = Long.MIN_VALUE;
            }
        }
    }
}
