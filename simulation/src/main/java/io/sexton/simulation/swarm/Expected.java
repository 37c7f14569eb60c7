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
            "log: transaction aborted by the next owner",
            "notice: approval needed",
            "operation: flush pins before it commits",
            "operation: new life",
            "operation: reopen",
            "operation: restored",
            "pin: accepted",
            "pin: unsure",
            "reference: accepted",
            "refusal: exclusive lock",
            "refusal: pin",
            "refusal: reference",
            "refusal: restore",
            "refusal: shared lock",
            "refusal: writer's pin",
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
