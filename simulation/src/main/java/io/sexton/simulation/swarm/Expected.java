package io.sexton.simulation.swarm;

import io.sexton.simulation.log.Weather;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a long campaign must meet: one that never does tests less than it says. */
final class Expected {
    private static final List<String> OTHERS = List.of(
            "deleter: asked to yield",
            "deleter: call not started",
            "deleter: fence not published",
            "deleter: lock lost",
            "deleter: lock not granted",
            "deleter: transaction aborted",
            "fault: a writer comes before the look",
            "fault: a writer comes between look and delete",
            "fault: restore dies",
            "log: transaction aborted by the next owner",
            "notice: approval needed",
            "operation: checkpoint",
            "operation: flush pins before it commits",
            "operation: inventory",
            "operation: inventory failed",
            "operation: new life",
            "operation: purge",
            "operation: purge failed",
            "operation: reopen",
            "operation: restore from the trash",
            "operation: restored",
            "operation: revive what was restored",
            "operation: temporary manifest",
            "outcome: ALREADY_ABSENT",
            "outcome: ARCHIVED",
            "outcome: CHANGED",
            "outcome: DELETED",
            "outcome: FAILED_RETRYABLE",
            "outcome: TRASHED",
            "outcome: WOULD_DELETE",
            "pin: accepted",
            "pin: unsure",
            "reason: EXPIRED under ARCHIVE",
            "reason: EXPIRED under DELETE",
            "reason: OBSOLETE under ARCHIVE",
            "reason: OBSOLETE under DELETE",
            "reason: OBSOLETE under DRY_RUN",
            "reason: OBSOLETE under TRASH",
            "reason: ORPHAN under DELETE",
            "reason: ORPHAN under TRASH",
            "reason: REGION_GONE under DELETE",
            "reason: REGION_GONE under DRY_RUN",
            "reason: REGION_GONE under TRASH",
            "reason: STALE_TEMP_MANIFEST under DELETE",
            "reason: TEMPORARY under DELETE",
            "reason: WRITE_ABORTED under DELETE",
            "reference: accepted",
            "refusal: exclusive lock",
            "refusal: lock to restore",
            "refusal: pin",
            "refusal: reference",
            "refusal: restore",
            "refusal: the trash cannot be listed",
            "refusal: writer's pin",
            "restored: Absent",
            "restored: Done",
            "restored: Unknown",
            "state: ABANDONED to LIVE by MANIFEST_SNAPSHOT",
            "state: ABANDONED to OBSOLETE by MANIFEST_EDIT",
            "state: ABANDONED to TEMP by COMPACTION_STARTED",
            "state: ABORTED to LIVE by MANIFEST_EDIT",
            "state: CONDEMNED to GONE by DELETION_REPORT",
            "state: CONDEMNED to LIVE by MANIFEST_EDIT",
            "state: CONDEMNED to UNREFERENCED by DELETION_REPORT",
            "state: CONDEMNED to UNREFERENCED by FILE_WRITTEN",
            "state: GONE to ABANDONED by COMPACTION_FAILED",
            "state: GONE to ABORTED by WRITE_FAILED",
            "state: GONE to LIVE by MANIFEST_EDIT",
            "state: GONE to UNREFERENCED by FILE_WRITTEN",
            "state: GONE to UNREFERENCED by INVENTORY",
            "state: LIVE to OBSOLETE by COMPACTION_COMPLETED",
            "state: OBSOLETE to LIVE by MANIFEST_EDIT",
            "state: OBSOLETE to LIVE by MANIFEST_SNAPSHOT",
            "state: TEMP to ABANDONED by COMPACTION_FAILED",
            "state: TEMP to LIVE by COMPACTION_COMPLETED",
            "state: TEMP to LIVE by MANIFEST_SNAPSHOT",
            "state: UNKNOWN to LIVE by FILE_WRITTEN",
            "state: UNKNOWN to LIVE by INVENTORY",
            "state: UNKNOWN to LIVE by MANIFEST_SNAPSHOT",
            "state: UNKNOWN to TEMP by COMPACTION_STARTED",
            "state: UNKNOWN to UNREFERENCED by FILE_WRITTEN",
            "state: UNKNOWN to UNREFERENCED by INVENTORY",
            "state: UNREFERENCED to ABANDONED by COMPACTION_FAILED",
            "state: UNREFERENCED to ABORTED by WRITE_FAILED",
            "state: UNREFERENCED to LIVE by MANIFEST_EDIT",
            "state: UNREFERENCED to LIVE by MANIFEST_SNAPSHOT",
            "state: UNREFERENCED to OBSOLETE by COMPACTION_COMPLETED",
            "state: UNREFERENCED to TEMP by COMPACTION_STARTED",
            "storage: a condition was not met",
            "storage: copied and not deleted",
            "storage: stopped by the guard",
            "zombie: coordinator",
            "zombie: deleter",
            "zombie: streams");

    private Expected() {}

    static List<String> all() {
        List<String> all = new ArrayList<>(OTHERS);
        Arrays.stream(Intent.Kind.values()).map(kind -> "intent: " + kind).forEach(all::add);
        Arrays.stream(Weather.Mishap.values())
                .map(mishap -> "mishap: " + mishap)
                .forEach(all::add);
        return all;
    }
}
