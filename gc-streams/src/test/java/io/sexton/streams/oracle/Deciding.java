package io.sexton.streams.oracle;

import io.sexton.streams.oracle.Fact.CountedOnce;
import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.Allowance;
import io.sexton.streams.oracle.NaiveRegion.Drop;
import io.sexton.streams.oracle.NaiveRegion.Guard;
import io.sexton.streams.oracle.NaiveRegion.RunningCompaction;
import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import io.sexton.v1.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The effect of an agreeing tick on one region (section 7). Regions are examined one after the other: no test of one
 * depends on another. The 10,000 entries of a tick and the size of a command are not modelled; no log here is as large.
 */
final class Deciding {

    /** A due file, with the reason of its condemnation. */
    private record Due(NaiveFile file, long due, Reason reason, long since) {}

    private final RecordContext context;
    private final NaiveRegion region;
    private final long clock;

    Deciding(RecordContext context) {
        this.context = context;
        this.region = context.region();
        this.clock = context.at();
    }

    void tick() {
        // "(2) ends pins, compactions and drops whose time has passed and forgets what is GONE long enough"
        new Readers(context).expire();
        new Operators(context).expireHolds();
        endCompactions();
        endDrop();
        forget();
        // "(3) reads the due index in order (due time, region, path […])"
        Confirmation confirmation = new Confirmation(context);
        boolean lacksSnapshot = false;
        boolean lacksInventory = false;
        for (NaiveFile file : inOrderOfDueTime()) {
            Due entry = region.gone() ? dueOfGoneRegion(file) : due(file);
            if (entry != null) {
                lacksSnapshot |= confirmation.lacksSnapshot(file, entry.reason);
                lacksInventory |= confirmation.lacksInventory(file, entry.reason);
                decide(entry);
            }
        }
        emitAgain();
        requestSnapshot(lacksSnapshot);
        requestScan(lacksInventory);
    }

    /** "(due time, region, path; REGION_GONE files at the drop's due time) up to the clock" */
    private List<NaiveFile> inOrderOfDueTime() {
        List<NaiveFile> files = new ArrayList<>(region.files.values());
        files.sort(Comparator.comparingLong(this::placeInOrder).thenComparing(file -> file.path, NaiveRegion.BY_UTF8));
        return files;
    }

    private long placeInOrder(NaiveFile file) {
        Drop drop = region.drop;
        if (drop != null && drop.gone) {
            return drop.due;
        }
        Long time = file.time;
        OptionalLong retention = context.policy().retention();
        if (file.state == State.LIVE) {
            return time == null || retention.isEmpty() ? Long.MAX_VALUE : time + retention.getAsLong();
        }
        return file.due;
    }

    /** They "die when their timeout passes on the GC clock". */
    private void endCompactions() {
        for (RunningCompaction compaction : List.copyOf(region.compactions.values())) {
            Long from = compaction.countedFrom;
            if (from == null) {
                compaction.countedFrom = clock;
            } else if (clock > from + compaction.timeout) {
                context.met(Rule.COMPACTION_DIES_OF_AGE);
                new Admission(context).compactionDies(compaction);
            }
        }
    }

    /** "a due time is reached when the clock equals it" */
    private void endDrop() {
        Drop drop = region.drop;
        if (drop == null || drop.gone || drop.due > clock) {
            return;
        }
        // "a due file that under the policy in force now would be due later is put back to that time (so is a drop)"
        long later = drop.at + context.policy().dropLinger();
        if (later > clock) {
            context.met(Rule.DROP_PUT_BACK);
            drop.due = later;
            return;
        }
        context.met(Rule.REGION_GOES_GONE);
        drop.gone = true;
        // The horizon: "of a region going gone its version + 1".
        context.raiseHorizon(context.nextVersion());
    }

    private void forget() {
        // "GONE is forgotten 24 h (GC clock) after it was reached."
        if (region.files.values().removeIf(file -> file.state == State.GONE && clock >= file.since + Millis.DAY)) {
            context.met(Rule.GONE_FORGOTTEN);
        }
        new Operators(context).forgetApprovals();
    }

    /** "every file of it is condemned as REGION_GONE, `since` the drop, whatever its state" */
    private @Nullable Due dueOfGoneRegion(NaiveFile file) {
        Drop drop = region.drop;
        return drop == null || file.is(State.GONE, State.CONDEMNED)
                ? null
                : new Due(file, drop.due, Reason.REGION_GONE, drop.at);
    }

    private @Nullable Due due(NaiveFile file) {
        return switch (file.state) {
            case OBSOLETE -> lingered(file, Reason.OBSOLETE, context.policy().obsoleteLinger());
            case UNREFERENCED -> lingered(file, Reason.ORPHAN, context.policy().orphanLinger());
            case ABANDONED ->
                file.staleTempManifest
                        ? lingered(file, Reason.STALE_TEMP_MANIFEST, 0)
                        : lingered(file, Reason.TEMPORARY, context.policy().tempLinger());
            case ABORTED ->
                lingered(file, Reason.WRITE_ABORTED, context.policy().tempLinger());
            case LIVE -> expired(file);
            case UNKNOWN, GONE, TEMP, CONDEMNED -> null;
        };
    }

    private @Nullable Due lingered(NaiveFile file, Reason reason, long lingerNow) {
        if (file.due > clock) {
            return null;
        }
        // "a due file that under the policy in force now would be due later is put back to that time […]. A file whose
        // later time has come too keeps its old place in the order."
        long later = file.since + lingerNow;
        if (later > clock) {
            context.met(Rule.PUT_BACK);
            file.due = later;
            file.candidateAt = null;
            return null;
        }
        if (later > file.due) {
            context.met(Rule.KEEPS_ITS_PLACE);
        }
        // "The first tick that finds a file due (its later time, too; whatever else may block it) makes it a candidate
        // at that tick's offset"
        if (file.candidateAt == null) {
            context.met(Rule.CANDIDATE);
            file.candidateAt = context.offset();
        }
        return new Due(file, file.due, reason, file.since);
    }

    /**
     * "It is due, as EXPIRED, `since` its time, at [its time] + `retention` under the policy in force, if it matches
     * `file_pattern`".
     */
    private @Nullable Due expired(NaiveFile file) {
        OptionalLong retention = context.policy().retention();
        Long time = file.time;
        if (!region.retentionOnly || retention.isEmpty() || time == null) {
            return null;
        }
        long due = time + retention.getAsLong();
        if (due <= clock && !context.policy().patternMatches(file.path)) {
            context.met(Rule.BLOCKED_PATTERN_OF_RETENTION);
            return null;
        }
        return due > clock ? null : new Due(file, due, Reason.EXPIRED, time);
    }

    /** "For each entry: […] region opened? complete? confirmed? trigger? protected? guard?" */
    private void decide(Due entry) {
        NaiveFile file = entry.file;
        if (!openedAndComplete(Rule.BLOCKED_MOVED, Rule.BLOCKED_INCOMPLETE)
                || !new Confirmation(context).confirmed(file, entry.reason)
                || !triggered(file, entry.reason)
                || new Protection(context).of(file)) {
            return;
        }
        if (context.policy().disposition() == Disposition.DRY_RUN) {
            dryRun(entry);
        } else if (entry.reason == Reason.REGION_GONE || guardAllows()) {
            condemn(entry);
        }
    }

    private boolean openedAndComplete(Rule moved, Rule incomplete) {
        if (!region.opened()) {
            // "Nothing of a region that was never opened is condemned."
            context.met(Rule.BLOCKED_NEVER_OPENED);
            return false;
        }
        if (region.movedAtEpoch != null) {
            // "after it nothing of the region is condemned until a RegionOpened of that or a higher epoch is accepted"
            context.met(moved);
            return false;
        }
        if (region.incomplete() && !region.gone()) {
            // "While a gap is open the region is incomplete: nothing of it is condemned."
            context.met(incomplete);
            return false;
        }
        return true;
    }

    /**
     * "`trigger = ON_COMPACTION` (OBSOLETE and ORPHAN only): wait until a compaction of the region has completed above
     * the candidate's offset."
     */
    private boolean triggered(NaiveFile file, Reason reason) {
        if (context.policy().trigger() != Trigger.ON_COMPACTION
                || !(reason == Reason.OBSOLETE || reason == Reason.ORPHAN)) {
            return true;
        }
        Long completed = region.lastCompletion;
        Long candidate = file.candidateAt;
        if (completed == null || candidate == null || completed <= candidate) {
            context.met(Rule.BLOCKED_TRIGGER);
            return false;
        }
        context.met(Rule.TRIGGERED_BY_COMPACTION);
        return true;
    }

    /**
     * "Under `DRY_RUN` the command goes out, once until the file's state changes or any PolicySet is applied to the
     * partition, but nothing is condemned, the guard does not count".
     */
    private void dryRun(Due entry) {
        if (entry.file.dryRunSent) {
            context.met(Rule.DRY_RUN_ONLY_ONCE);
            return;
        }
        context.met(Rule.DRY_RUN);
        entry.file.dryRunSent = true;
        emit(entry.file, entry.reason, entry.since, 1);
    }

    /** "Guard" (section 6). */
    private boolean guardAllows() {
        Guard guard = region.guard;
        if (region.latched()) {
            context.met(guard.latchedAt != null ? Rule.BLOCKED_LATCHED : Rule.BLOCKED_LATCHED_BY_A_SNAPSHOT);
            return false;
        }
        Long hour = guard.hour;
        if (hour == null || clock >= hour + Millis.HOUR) {
            // "within one hour of GC clock (it begins with the first file; the next hour with the first one after it)";
            // "the files counted when the first of that hour passed all other tests […] (the number is fixed at that
            // moment"
            context.met(hour == null ? Rule.GUARD_FIRST_HOUR : Rule.GUARD_NEXT_HOUR);
            guard.hour = clock;
            guard.counted = region.countedFiles();
            guard.condemned = 0;
        }
        // "at most max(`approval_floor`, `max_condemned_percent` of the files counted […]); floor and percentage are
        // those in force now"
        long most = Math.max(
                context.policy().approvalFloor(),
                guard.counted * context.policy().maxCondemnedPercent() / 100);
        if (guard.condemned >= most && !allowedBeyond(guard)) {
            // "The next one latches the region: it waits, with `ApprovalNeeded`, for an `Approval`"
            context.met(Rule.LATCHES);
            guard.latchedAt = context.offset();
            context.countedOnce(CountedOnce.Kind.APPROVAL_NEEDED, null);
            return false;
        }
        // "files let through by an approval count too"
        guard.condemned++;
        return true;
    }

    /** "an allowance: `max_files` more in all, within 24 h (the one that ends first is used first; […])" */
    private boolean allowedBeyond(Guard guard) {
        if (guard.allowances.removeIf(allowance -> clock > allowance.until)) {
            context.met(Rule.ALLOWANCE_EXPIRES);
        }
        if (guard.allowances.isEmpty()) {
            return false;
        }
        Allowance first = guard.endsFirst();
        first.left--;
        if (first.left == 0) {
            guard.allowances.remove(first);
        }
        context.met(Rule.LET_THROUGH_BY_APPROVAL);
        return true;
    }

    private void condemn(Due entry) {
        NaiveFile file = entry.file;
        context.met(
                switch (entry.reason) {
                    case OBSOLETE -> Rule.CONDEMNED_OBSOLETE;
                    case ORPHAN -> Rule.CONDEMNED_ORPHAN;
                    case TEMPORARY -> Rule.CONDEMNED_TEMPORARY;
                    case WRITE_ABORTED -> Rule.CONDEMNED_WRITE_ABORTED;
                    case REGION_GONE -> Rule.CONDEMNED_REGION_GONE;
                    case EXPIRED -> Rule.CONDEMNED_EXPIRED;
                    case STALE_TEMP_MANIFEST -> Rule.CONDEMNED_STALE_TEMP_MANIFEST;
                    case REASON_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(entry);
                });
        if (file.condemnation != null) {
            context.met(Rule.CONDEMNED_AGAIN);
        }
        Condemnation condemnation = new Condemnation(context.offset(), file.state, entry.reason, entry.since);
        emitted(condemnation);
        context.raiseHorizon(file);
        new FileTable(context).condemn(file, condemnation);
        emit(file, entry.reason, entry.since, condemnation.attempt);
    }

    private void emitAgain() {
        for (NaiveFile file : region.files.values()) {
            Condemnation condemnation = file.condemnation;
            if (file.state == State.CONDEMNED
                    && condemnation != null
                    && !condemnation.stuck
                    && condemnation.emitAgainAt <= clock
                    && mayBeEmittedAgain(file)) {
                context.met(
                        condemnation.reported ? Rule.EMITTED_AGAIN_AFTER_FAILURE : Rule.EMITTED_AGAIN_WITHOUT_REPORT);
                if (condemnation.reason == Reason.REGION_GONE) {
                    context.met(Rule.EMITTED_AGAIN_OF_A_GONE_REGION);
                }
                if (condemnation.disposition != context.policy().disposition()) {
                    context.met(Rule.EMITTED_AGAIN_WITH_ANOTHER_DISPOSITION);
                }
                condemnation.attempt++;
                condemnation.lastCommand = context.offset();
                condemnation.reported = false;
                emitted(condemnation);
                emit(file, condemnation.reason, condemnation.since, condemnation.attempt);
            }
        }
    }

    /**
     * "Before any re-emission, opened, complete (unless gone) and protection are tested again." Under `DRY_RUN`
     * "re-emissions wait".
     */
    private boolean mayBeEmittedAgain(NaiveFile file) {
        if (context.policy().disposition() == Disposition.DRY_RUN) {
            context.met(Rule.EMISSION_WAITS_DRY_RUN);
            return false;
        }
        if (!openedAndComplete(Rule.EMISSION_WAITS_MOVED, Rule.EMISSION_WAITS_INCOMPLETE)) {
            return false;
        }
        if (new Protection(context).of(file)) {
            context.met(Rule.EMISSION_WAITS_PROTECTED);
            return false;
        }
        return true;
    }

    /** "No report within 1 h x 2^(attempt - 1), at most 24 h: emitted again with `attempt` + 1." */
    private void emitted(Condemnation condemnation) {
        condemnation.disposition = context.policy().disposition();
        condemnation.emitAgainAt = clock + Reports.doubled(Millis.HOUR, condemnation.attempt - 1, Millis.DAY);
    }

    /** "`decided_at` = the clock"; "A re-emission carries the disposition in force then." */
    private void emit(NaiveFile file, Reason reason, long since, int attempt) {
        context.out()
                .add(new Fact.Condemn(
                        region.id,
                        file.path,
                        reason,
                        Millis.instant(since),
                        Millis.instant(clock),
                        attempt,
                        context.policy().disposition()));
    }

    /**
     * "While a region that is not gone is incomplete, or a due file lacks a snapshot […], `SnapshotRequested` is sent:
     * at once when that begins, then hourly (GC clock)."
     */
    private void requestSnapshot(boolean lacked) {
        if (!(region.incomplete() && !region.gone()) && !lacked) {
            region.snapshotWanted = false;
        } else if (!region.snapshotWanted) {
            context.met(Rule.SNAPSHOT_REQUESTED_FOR_A_DUE_FILE);
            context.requestSnapshot();
        } else if (clock >= region.snapshotRequestedAt + Millis.HOUR) {
            context.met(Rule.SNAPSHOT_REQUESTED_AGAIN);
            context.requestSnapshot();
        }
    }

    /**
     * "While a due file lacks a sound inventory, a `ScanCommand` is sent for its region: at once when that begins, then
     * after 1 h, 2 h, 4 h, … at most 24 h (GC clock), until a sound one has completed."
     */
    private void requestScan(boolean lacked) {
        if (!lacked) {
            region.scanWanted = false;
        } else if (region.opened()) {
            if (!region.scanWanted) {
                context.met(Rule.SCAN_COMMAND);
                region.scans = 0;
            } else if (clock < region.scanRequestedAt + Reports.doubled(Millis.HOUR, region.scans - 1, Millis.DAY)) {
                return;
            } else {
                context.met(Rule.SCAN_COMMAND_AGAIN);
            }
            region.scanWanted = true;
            region.scans++;
            region.scanRequestedAt = clock;
            context.countedOnce(CountedOnce.Kind.SCAN, null);
        }
    }
}
