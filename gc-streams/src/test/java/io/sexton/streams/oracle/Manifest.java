package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.RunningCompaction;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionOpened;
import java.util.List;
import java.util.function.Consumer;

/** The events of leaders without snapshots: the region's lifecycle, edits and compactions (section 5). */
final class Manifest {

    private final RecordContext context;
    private final NaiveRegion region;
    private final FileTable table;

    Manifest(RecordContext context) {
        this.context = context;
        this.region = context.region();
        this.table = new FileTable(context);
    }

    /** @param epochBefore the region's epoch before this event */
    void opened(RegionOpened opened, long epochBefore) {
        region.store = opened.getStore();
        region.root = opened.getRoot();
        Long moved = region.movedAtEpoch;
        if (moved != null && !Stamp.above(moved, region.epoch)) {
            context.met(Rule.MOVE_HEALED);
            region.movedAtEpoch = null;
        }
        if (opened.getRetentionOnly()) {
            // "Retention-only regions have neither versions nor gaps."
            context.met(Rule.OPENED_RETENTION_ONLY);
            region.version = null;
            region.gap = null;
            region.snapshot = null;
        }
        region.retentionOnly = opened.getRetentionOnly();
        boolean wasDropped = region.dropped();
        boolean wasGone = region.gone();
        region.drop = null;
        if (wasGone) {
            newLife(epochBefore);
        }
        if (!region.retentionOnly) {
            setVersion(opened.getManifestVersion(), region.epoch != epochBefore);
        }
        if (wasDropped) {
            // "RegionRestored, or RegionOpened, before it falls due takes it back whole, and is a gap at (epoch,
            // version)"; a new life "is a gap at its own (epoch, version)".
            if (!wasGone) {
                context.met(Rule.OPENED_TAKES_BACK_A_DROP);
            }
            context.openGap(context.ownStamp());
        }
    }

    private void setVersion(long opened, boolean higherEpoch) {
        Long version = region.version;
        if (version == null) {
            // "of a region whose version is not known it sets it, and is a gap if above 0"
            region.version = opened;
            context.met(opened == 0 ? Rule.OPENED_FIRST : Rule.OPENED_FIRST_WITH_A_GAP);
            if (opened != 0) {
                context.openGap(context.stamp(opened));
            }
        } else if (higherEpoch) {
            // "one of a higher epoch sets it, and is a gap if it differs, up or down"
            region.version = opened;
            if (opened == version) {
                context.met(Rule.OPENED_AT_THE_SAME_VERSION);
            } else {
                context.met(
                        Stamp.above(opened, version) ? Rule.OPENED_AT_ANOTHER_VERSION : Rule.OPENED_AT_A_LOWER_VERSION);
                context.openGap(context.stamp(opened));
            }
        } else if (Stamp.above(opened, version)) {
            // "one of the same epoch sets it only upward, as a gap"
            context.met(Rule.OPENED_AGAIN_UPWARD);
            region.version = opened;
            context.openGap(context.stamp(opened));
        } else {
            context.met(Rule.OPENED_AGAIN_LOWER);
        }
    }

    /** "RegionOpened of a higher epoch then begins a new life" (Drops). */
    private void newLife(long oldEpoch) {
        context.met(Rule.NEW_LIFE);
        context.out().add(new Fact.RevokePrefix(region.id, ""));
        // "the horizon is at the old version + 1 or above"
        long next = context.nextVersion();
        context.raiseHorizon(next);
        NaiveRegion.NewLife life = new NaiveRegion.NewLife(context.offset(), oldEpoch, next);
        region.newLife = life;
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (file.state == State.GONE) {
                continue;
            }
            if (region.retentionOnly) {
                table.newRetentionOnlyLife(file);
            } else if (file.state != State.CONDEMNED) {
                table.newLife(file, file.state, life);
            }
        }
        // "a new life (it ends all latches)" (section 6)
        if (region.latched()) {
            context.met(Rule.NEW_LIFE_ENDS_LATCHES);
        }
        region.guard.latchedAt = null;
        region.snapshotLatch = null;
    }

    /** "A drop is a mark on the region with one due entry (@ + `drop_linger`)". */
    void dropped() {
        // "It drops a running snapshot."
        region.snapshot = null;
        if (region.dropped()) {
            // "Applying any event twice in a row is the same as once": the first time stands.
            context.met(Rule.DROPPED_AGAIN);
            return;
        }
        context.met(Rule.DROPPED);
        region.drop = new NaiveRegion.Drop(
                context.at(), context.at() + context.policy().dropLinger());
    }

    void restored() {
        if (!region.dropped()) {
            context.met(Rule.RESTORED_WITHOUT_DROP);
            return;
        }
        // "takes it back whole, and is a gap at (epoch, version): leaders may have been rejected meanwhile"
        context.met(Rule.RESTORED);
        region.drop = null;
        context.openGap(context.ownStamp());
    }

    /** Applies the edit; false if it is "a duplicate: ignored". */
    boolean edit(ManifestEdit edit) {
        long version = edit.getVersion();
        if (version == 0) {
            // "`version` 0 in an edit: this database has no versions; the edit applies, no gap can be seen, and from
            // then on pins by version are rejected."
            context.met(Rule.EDIT_WITHOUT_VERSION);
            region.unversioned = true;
        } else {
            Long current = region.version;
            if (current != null && !Stamp.above(version, current)) {
                // "An edit with `version <= current` is a duplicate: ignored."
                context.met(Rule.DUPLICATE_EDIT);
                return false;
            }
            if (current == null) {
                context.met(Rule.EDIT_OF_UNKNOWN_VERSION);
            }
            // "An edit whose `base_version` is not the current version (of a region whose version is not known: not 0)
            // applies, and is a gap at its stamp."
            if (edit.getBaseVersion() != (current == null ? 0 : current)) {
                context.met(Rule.EDIT_IS_A_GAP);
                context.openGap(context.stamp(version));
            } else {
                context.met(Rule.EDIT_IN_CHAIN);
            }
            region.version = version;
        }
        region.manifestApplied = true;
        for (FileRef added : edit.getAddedList()) {
            table.editAdds(added.getPath(), version);
        }
        for (String removed : edit.getRemovedList()) {
            table.editRemoves(removed, version);
        }
        return true;
    }

    void compactionStarted(CompactionStarted started, long epoch) {
        RunningCompaction compaction = region.compactions.get(started.getCompactionId());
        if (compaction == null) {
            compaction = new RunningCompaction(started.getCompactionId());
            compaction.epoch = epoch;
            region.compactions.put(compaction.id, compaction);
        } else {
            // "Started again: the timeout begins anew, further temporary files join, the higher of both epochs stands."
            context.met(Rule.COMPACTION_STARTED_AGAIN);
            compaction.epoch = Stamp.max(compaction.epoch, epoch);
        }
        compaction.timeout = started.hasTimeout()
                ? Millis.of(started.getTimeout())
                : context.policy().compactionTimeout();
        // "A pin's ttl, a compaction's timeout and a lease are counted from the first agreeing tick after the fact that
        // began or renewed them"
        compaction.countedFrom = null;
        for (String path : started.getTempFilesList()) {
            table.compactionTemp(path, compaction.id);
        }
    }

    void compactionCompleted(CompactionCompleted completed) {
        String id = completed.getCompactionId();
        if (!region.compactions.containsKey(id)) {
            context.met(Rule.COMPACTION_COMPLETED_UNKNOWN);
        }
        // "Completed: the embedded edit applies first, then what is still TEMP of it is ABANDONED@ (to be confirmed, if
        // its edit was ignored as a duplicate)."
        if (!completed.hasEdit()) {
            context.met(Rule.COMPACTION_COMPLETED_WITHOUT_EDIT);
            end(id, table::compactionEnds);
        } else if (edit(completed.getEdit())) {
            context.met(Rule.COMPACTION_COMPLETED_WITH_EDIT);
            end(id, table::compactionEnds);
        } else {
            end(id, table::compactionEndsWithoutItsEdit);
        }
        region.lastCompletion = context.offset();
    }

    void compactionFailed(CompactionFailed failed) {
        // "Failed or dead: all of it is ABANDONED@"
        end(failed.getCompactionId(), table::compactionEnds);
        for (String path : failed.getLeftoverFilesList()) {
            table.leftover(path);
        }
    }

    private void end(String compaction, Consumer<NaiveFile> ends) {
        region.compactions.remove(compaction);
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (file.state == State.TEMP && compaction.equals(file.compaction)) {
                ends.accept(file);
            }
        }
    }
}
