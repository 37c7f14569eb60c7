package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** "Rejected as a whole, with one notice and no effect, in this order" (section 5), and what a higher epoch does. */
final class Admission {

    private final RecordContext context;
    private final NaiveRegion region;

    Admission(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    /** Returns the rule that rejects the event, or null. */
    @Nullable
    Rule rejection(RegionEvent event) {
        long epoch = event.getEpoch();
        if (epoch != 0 && Stamp.above(region.epoch, epoch)) {
            // "a non-zero epoch below the region's"
            return Rule.REJECTED_STALE_EPOCH;
        }
        if (epoch == 0 && region.epoch != 0 && needsAnEpoch(event)) {
            // "epoch 0 on RegionOpened, ManifestEdit, ManifestSnapshot or CompactionCompleted once the region's epoch
            // is above 0"
            return Rule.REJECTED_EPOCH_0;
        }
        if (region.dropped() && epoch != 0 && !staysOpenWhenDropped(event)) {
            // "in a dropped region any event of a leader (epoch above 0) but RegionOpened, RegionRestored,
            // RegionDropped"
            return Rule.REJECTED_LEADER_OF_A_DROPPED_REGION;
        }
        if (region.gone() && event.hasRegionRestored()) {
            // "in a gone region also RegionRestored and a RegionOpened whose epoch is not higher"
            return Rule.REJECTED_RESTORE_OF_A_GONE_REGION;
        }
        if (region.gone() && event.hasRegionOpened() && !Stamp.above(epoch, region.epoch)) {
            return Rule.REJECTED_OPEN_OF_A_GONE_REGION;
        }
        if (region.retentionOnly && isManifestEvent(event)) {
            // "manifest events (edit, snapshot, a completed compaction with an edit) in a retention-only region"
            return Rule.REJECTED_MANIFEST_OF_A_RETENTION_ONLY_REGION;
        }
        if (event.hasRegionOpened() && moves(event.getRegionOpened())) {
            // "a RegionOpened that changes store, root or `retention_only` of a region that tracks files: after it
            // nothing of the region is condemned until a RegionOpened of that or a higher epoch is accepted"
            Long before = region.movedAtEpoch;
            region.movedAtEpoch = before == null ? epoch : Stamp.max(before, epoch);
            return Rule.REJECTED_MOVE;
        }
        return null;
    }

    private static boolean needsAnEpoch(RegionEvent event) {
        return switch (event.getEventCase()) {
            case REGION_OPENED, MANIFEST_EDIT, MANIFEST_SNAPSHOT, COMPACTION_COMPLETED -> true;
            case REGION_DROPPED,
                    REGION_RESTORED,
                    COMPACTION_STARTED,
                    COMPACTION_FAILED,
                    FILE_WRITTEN,
                    WRITE_FAILED,
                    QUERY_HEARTBEAT,
                    QUERY_FINISHED,
                    REFERENCE_EDIT,
                    INVENTORY,
                    DELETION_REPORT,
                    DELETER_FENCE,
                    HOLD,
                    APPROVAL,
                    RETRY,
                    EXPEDITE,
                    POLICY_SET,
                    TICK,
                    EVENT_NOT_SET -> false;
        };
    }

    private static boolean staysOpenWhenDropped(RegionEvent event) {
        return event.hasRegionOpened() || event.hasRegionRestored() || event.hasRegionDropped();
    }

    private static boolean isManifestEvent(RegionEvent event) {
        return event.hasManifestEdit()
                || event.hasManifestSnapshot()
                || (event.hasCompactionCompleted()
                        && event.getCompactionCompleted().hasEdit());
    }

    private boolean moves(RegionOpened opened) {
        return region.opened()
                && region.trackedFiles() > 0
                && !(opened.getStore().equals(region.store)
                        && opened.getRoot().equals(region.root)
                        && opened.getRetentionOnly() == region.retentionOnly);
    }

    /**
     * "A higher epoch raises the region's, drops a running snapshot, and compactions of lower, non-zero epochs die."
     */
    void raiseEpoch(RegionEvent event) {
        long epoch = event.getEpoch();
        if (!Stamp.above(epoch, region.epoch)) {
            return;
        }
        region.epoch = epoch;
        if (region.snapshot != null) {
            context.met(Rule.EPOCH_DROPS_SNAPSHOT);
            region.snapshot = null;
        }
        for (NaiveRegion.RunningCompaction compaction : List.copyOf(region.compactions.values())) {
            if (compaction.epoch != 0 && Stamp.above(epoch, compaction.epoch)) {
                context.met(Rule.EPOCH_KILLS_COMPACTION);
                compactionDies(compaction);
            }
        }
        if (event.hasRegionOpened()) {
            context.met(Rule.EPOCH_RAISED_BY_OPENED);
        } else {
            // "If anything but RegionOpened raises it, that is a gap at stamp (epoch, 0)."
            context.met(Rule.EPOCH_RAISED_BY_OTHERS);
            context.openGap(Stamp.of(epoch, 0));
        }
    }

    /** "Failed or dead: all of it is ABANDONED@" */
    void compactionDies(NaiveRegion.RunningCompaction compaction) {
        region.compactions.remove(compaction.id);
        FileTable table = new FileTable(context);
        for (NaiveFile file : List.copyOf(region.files.values())) {
            if (file.state == State.TEMP && compaction.id.equals(file.compaction)) {
                table.compactionDies(file);
            }
        }
    }
}
