package io.sexton.client;

import com.google.protobuf.Duration;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules that an event must keep, or else the fold takes it for a dead letter (design, section 5, "Validity"). Here
 * they fail at the producer, who still knows what it meant.
 */
final class EventRules {

    private static final Pattern COMMAND_ID = Pattern.compile("[0-9]{1,10}-[0-9]{1,19}-[0-9]{1,10}");
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private EventRules() {}

    /** @throws InvalidEventException naming the first field that breaks a rule */
    static void check(RegionEvent event) {
        require(RegionId.problemWith(event.getRegion()), "region");
        switch (event.getEventCase()) {
            case REGION_OPENED -> check(event.getRegionOpened());
            case MANIFEST_EDIT -> check(event.getManifestEdit(), "manifest_edit");
            case MANIFEST_SNAPSHOT -> check(event.getManifestSnapshot());
            case COMPACTION_STARTED -> check(event.getCompactionStarted());
            case COMPACTION_COMPLETED -> check(event.getCompactionCompleted());
            case COMPACTION_FAILED -> check(event.getCompactionFailed());
            case FILE_WRITTEN -> path(event.getFileWritten().getFile().getPath(), "file_written.file.path");
            case WRITE_FAILED -> paths(event.getWriteFailed().getPathsList(), "write_failed.paths");
            case QUERY_HEARTBEAT -> check(event.getQueryHeartbeat());
            case QUERY_FINISHED -> id(event.getQueryFinished().getReaderId(), "query_finished.reader_id");
            case REFERENCE_EDIT -> check(event.getReferenceEdit());
            case INVENTORY -> check(event.getInventory());
            case DELETION_REPORT -> check(event.getDeletionReport());
            case HOLD -> id(event.getHold().getHoldId(), "hold.hold_id");
            case APPROVAL -> id(event.getApproval().getApprovalId(), "approval.approval_id");
            case DELETER_FENCE -> id(event.getDeleterFence().getNonce(), "deleter_fence.nonce");
            case REGION_DROPPED, REGION_RESTORED, RETRY -> {}
            case POLICY_SET, TICK ->
                throw new InvalidEventException(
                        "event", "concerns a whole partition, not a region, and cannot be published for one");
            case EVENT_NOT_SET -> throw new InvalidEventException("event", "is not set");
        }
    }

    private static void check(RegionOpened opened) {
        id(opened.getStore(), "region_opened.store");
        path(opened.getRoot(), "region_opened.root");
    }

    private static void check(ManifestEdit edit, String field) {
        files(edit.getAddedList(), field + ".added");
        paths(edit.getRemovedList(), field + ".removed");
        Set<String> removed = new HashSet<>(edit.getRemovedList());
        for (FileRef added : edit.getAddedList()) {
            if (removed.contains(added.getPath())) {
                throw new InvalidEventException(field, "adds and removes the path " + added.getPath());
            }
        }
    }

    private static void check(ManifestSnapshot snapshot) {
        id(snapshot.getSnapshotId(), "manifest_snapshot.snapshot_id");
        chunk(snapshot.getChunk(), snapshot.getLast(), snapshot.getFilesList(), "manifest_snapshot");
    }

    private static void check(Inventory inventory) {
        id(inventory.getInventoryId(), "inventory.inventory_id");
        chunk(inventory.getChunk(), inventory.getLast(), inventory.getFilesList(), "inventory");
    }

    private static void chunk(int number, boolean last, List<FileRef> files, String field) {
        if (number == 0 && last) {
            throw new InvalidEventException(field + ".last", "is set on chunk 0, which only announces");
        }
        if (number == 0 && !files.isEmpty()) {
            throw new InvalidEventException(field + ".files", "are named by chunk 0, which only announces");
        }
        files(files, field + ".files");
    }

    private static void check(CompactionStarted started) {
        id(started.getCompactionId(), "compaction_started.compaction_id");
        paths(started.getTempFilesList(), "compaction_started.temp_files");
        duration(started.getTimeout(), "compaction_started.timeout");
    }

    private static void check(CompactionCompleted completed) {
        id(completed.getCompactionId(), "compaction_completed.compaction_id");
        check(completed.getEdit(), "compaction_completed.edit");
    }

    private static void check(CompactionFailed failed) {
        id(failed.getCompactionId(), "compaction_failed.compaction_id");
        paths(failed.getLeftoverFilesList(), "compaction_failed.leftover_files");
    }

    private static void check(QueryHeartbeat heartbeat) {
        id(heartbeat.getReaderId(), "query_heartbeat.reader_id");
        duration(heartbeat.getTtl(), "query_heartbeat.ttl");
        paths(heartbeat.getFiles().getPathsList(), "query_heartbeat.files.paths");
        if (!heartbeat.getTempManifest().isEmpty()) {
            path(heartbeat.getTempManifest(), "query_heartbeat.temp_manifest");
        }
    }

    private static void check(ReferenceEdit edit) {
        id(edit.getReferrer(), "reference_edit.referrer");
        paths(edit.getAddedList(), "reference_edit.added");
        paths(edit.getRemovedList(), "reference_edit.removed");
        Set<String> removed = new HashSet<>(edit.getRemovedList());
        for (String added : edit.getAddedList()) {
            if (removed.contains(added)) {
                throw new InvalidEventException("reference_edit", "adds and removes the path " + added);
            }
        }
    }

    private static void check(DeletionReport report) {
        if (!COMMAND_ID.matcher(report.getCommandId()).matches()) {
            throw new InvalidEventException("deletion_report.command_id", "does not read partition-offset-index");
        }
        for (int i = 0; i < report.getOutcomesCount(); i++) {
            path(report.getOutcomes(i).getPath(), "deletion_report.outcomes[" + i + "].path");
        }
    }

    private static void files(List<FileRef> files, String field) {
        for (int i = 0; i < files.size(); i++) {
            Optional<String> problem = FilePath.problemWith(files.get(i).getPath());
            if (problem.isPresent()) {
                throw new InvalidEventException(field + "[" + i + "].path", problem.get());
            }
        }
    }

    private static void paths(List<String> paths, String field) {
        for (int i = 0; i < paths.size(); i++) {
            Optional<String> problem = FilePath.problemWith(paths.get(i));
            if (problem.isPresent()) {
                throw new InvalidEventException(field + "[" + i + "]", problem.get());
            }
        }
    }

    private static void path(String path, String field) {
        require(FilePath.problemWith(path), field);
    }

    private static void id(String id, String field) {
        if (id.isEmpty()) {
            throw new InvalidEventException(field, "is empty");
        }
    }

    private static void duration(Duration duration, String field) {
        if (duration.getSeconds() < 0 || duration.getNanos() < 0) {
            throw new InvalidEventException(field, "is negative");
        }
        if (duration.getNanos() >= NANOS_PER_SECOND) {
            throw new InvalidEventException(field, "has a whole second or more in its nanoseconds");
        }
    }

    private static void require(Optional<String> problem, String field) {
        if (problem.isPresent()) {
            throw new InvalidEventException(field, problem.get());
        }
    }
}
