package io.sexton.proto;

import static io.sexton.proto.FieldProblem.duration;
import static io.sexton.proto.FieldProblem.first;
import static io.sexton.proto.FieldProblem.id;
import static io.sexton.proto.FieldProblem.name;
import static io.sexton.proto.FieldProblem.number;
import static io.sexton.proto.FieldProblem.path;
import static io.sexton.proto.FieldProblem.paths;
import static io.sexton.proto.FieldProblem.text;
import static io.sexton.proto.FieldProblem.ttl;

import io.sexton.v1.Approval;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
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
import org.jspecify.annotations.Nullable;

/**
 * The rules of an event's fields (design, section 5, "Validity"). They are the same for producers, where a breach fails
 * at once, and for the fold, where it leads to a dead letter. They bound every field, so that no record can stop the
 * fold.
 *
 * <p>Other rules are checked by the fold only: key and region agree, the number of globs of a partition is bounded, and
 * patterns compile, which needs a library that producers do not need.
 */
public final class EventRules {
    private EventRules() {}

    /** Returns the problem with the first field that breaks a rule; empty if none does. */
    public static Optional<FieldProblem> problemWith(RegionEvent event) {
        return Optional.ofNullable(
                first(name("producer", event.getProducer()), number("epoch", event.getEpoch()), problem(event)));
    }

    private static @Nullable FieldProblem problem(RegionEvent event) {
        return switch (event.getEventCase()) {
            case REGION_OPENED -> opened(event.getRegionOpened());
            case REGION_DROPPED, REGION_RESTORED -> null;
            case MANIFEST_EDIT -> edit("manifest_edit", event.getManifestEdit());
            case MANIFEST_SNAPSHOT -> snapshot(event.getManifestSnapshot());
            case COMPACTION_STARTED -> started(event.getCompactionStarted());
            case COMPACTION_COMPLETED -> completed(event.getCompactionCompleted());
            case COMPACTION_FAILED -> failed(event.getCompactionFailed());
            case FILE_WRITTEN ->
                file("file_written.file", event.getFileWritten().getFile());
            case WRITE_FAILED ->
                paths("write_failed.paths", event.getWriteFailed().getPathsList());
            case QUERY_HEARTBEAT -> heartbeat(event.getQueryHeartbeat());
            case QUERY_FINISHED ->
                id("query_finished.reader_id", event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> references(event.getReferenceEdit());
            case INVENTORY -> inventory(event.getInventory());
            case DELETION_REPORT -> report(event.getDeletionReport());
            case HOLD -> hold(event.getHold());
            case APPROVAL -> approval(event.getApproval());
            case POLICY_SET -> PolicyRules.problemWith(event.getPolicySet());
            case TICK -> FieldProblem.tick(event.getTick());
            case DELETER_FENCE ->
                id("deleter_fence.nonce", event.getDeleterFence().getNonce());
            case RETRY -> text("retry.path_prefix", event.getRetry().getPathPrefix());
            case EXPEDITE -> text("expedite.path_prefix", event.getExpedite().getPathPrefix());
            case EVENT_NOT_SET -> new FieldProblem("event", "none is set, or one that this version does not know");
        };
    }

    private static @Nullable FieldProblem opened(RegionOpened opened) {
        return first(
                id("region_opened.store", opened.getStore()),
                path("region_opened.root", opened.getRoot()),
                number("region_opened.manifest_version", opened.getManifestVersion()));
    }

    private static @Nullable FieldProblem edit(String field, ManifestEdit edit) {
        FieldProblem problem = first(
                number(field + ".base_version", edit.getBaseVersion()),
                number(field + ".version", edit.getVersion()),
                files(field + ".added", edit.getAddedList()),
                paths(field + ".removed", edit.getRemovedList()));
        if (problem != null || edit.getRemovedCount() == 0) {
            return problem;
        }
        Set<String> added = new HashSet<>();
        edit.getAddedList().forEach(file -> added.add(file.getPath()));
        return noneOf(field + ".removed", edit.getRemovedList(), added);
    }

    private static @Nullable FieldProblem references(ReferenceEdit edit) {
        return first(
                id("reference_edit.referrer", edit.getReferrer()),
                number("reference_edit.referrer_epoch", edit.getReferrerEpoch()),
                paths("reference_edit.added", edit.getAddedList()),
                paths("reference_edit.removed", edit.getRemovedList()),
                noneOf("reference_edit.removed", edit.getRemovedList(), new HashSet<>(edit.getAddedList())));
    }

    private static @Nullable FieldProblem noneOf(String field, List<String> paths, Set<String> added) {
        for (String path : paths) {
            if (added.contains(path)) {
                return new FieldProblem(field, "'" + path + "' is both added and removed");
            }
        }
        return null;
    }

    private static @Nullable FieldProblem snapshot(ManifestSnapshot snapshot) {
        return first(
                id("manifest_snapshot.snapshot_id", snapshot.getSnapshotId()),
                number("manifest_snapshot.version", snapshot.getVersion()),
                announcement("manifest_snapshot", snapshot.getChunk(), snapshot.getLast(), snapshot.getFilesCount()),
                files("manifest_snapshot.files", snapshot.getFilesList()));
    }

    private static @Nullable FieldProblem inventory(Inventory inventory) {
        return first(
                id("inventory.inventory_id", inventory.getInventoryId()),
                announcement("inventory", inventory.getChunk(), inventory.getLast(), inventory.getFilesCount()),
                files("inventory.files", inventory.getFilesList()));
    }

    private static @Nullable FieldProblem announcement(String field, int chunk, boolean last, int files) {
        if (chunk != 0) {
            return null;
        }
        if (files > 0) {
            return new FieldProblem(field + ".files", "chunk 0 only announces, it names no file");
        }
        return last ? new FieldProblem(field + ".last", "chunk 0 only announces, it is not the last") : null;
    }

    private static @Nullable FieldProblem started(CompactionStarted started) {
        return first(
                id("compaction_started.compaction_id", started.getCompactionId()),
                paths("compaction_started.temp_files", started.getTempFilesList()),
                ttl("compaction_started.timeout", started.getTimeout()));
    }

    private static @Nullable FieldProblem completed(CompactionCompleted completed) {
        return first(
                id("compaction_completed.compaction_id", completed.getCompactionId()),
                edit("compaction_completed.edit", completed.getEdit()));
    }

    private static @Nullable FieldProblem failed(CompactionFailed failed) {
        return first(
                id("compaction_failed.compaction_id", failed.getCompactionId()),
                paths("compaction_failed.leftover_files", failed.getLeftoverFilesList()));
    }

    private static @Nullable FieldProblem heartbeat(QueryHeartbeat heartbeat) {
        String temp = heartbeat.getTempManifest();
        return first(
                id("query_heartbeat.reader_id", heartbeat.getReaderId()),
                ttl("query_heartbeat.ttl", heartbeat.getTtl()),
                number("query_heartbeat.at_version", heartbeat.getAtVersion()),
                paths("query_heartbeat.files.paths", heartbeat.getFiles().getPathsList()),
                temp.isEmpty() ? null : path("query_heartbeat.temp_manifest", temp));
    }

    private static @Nullable FieldProblem report(DeletionReport report) {
        if (CommandId.read(report.getCommandId()).isEmpty()) {
            return new FieldProblem(
                    "deletion_report.command_id", "'" + report.getCommandId() + "' is not partition-offset-index");
        }
        for (int i = 0; i < report.getOutcomesCount(); i++) {
            Optional<String> problem =
                    FilePath.problemWith(report.getOutcomes(i).getPath());
            if (problem.isPresent()) {
                return new FieldProblem("deletion_report.outcomes[" + i + "].path", problem.get());
            }
        }
        return null;
    }

    private static @Nullable FieldProblem hold(Hold hold) {
        return first(
                id("hold.hold_id", hold.getHoldId()),
                text("hold.path_prefix", hold.getPathPrefix()),
                duration("hold.expires_after", hold.getExpiresAfter()));
    }

    private static @Nullable FieldProblem approval(Approval approval) {
        return first(
                id("approval.approval_id", approval.getApprovalId()),
                name("approval.inventory_id", approval.getInventoryId()));
    }

    private static @Nullable FieldProblem files(String field, List<FileRef> files) {
        for (int i = 0; i < files.size(); i++) {
            FieldProblem problem = file(field + "[" + i + "]", files.get(i));
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable FieldProblem file(String field, FileRef file) {
        return first(path(field + ".path", file.getPath()), text(field + ".etag", file.getEtag()));
    }
}
