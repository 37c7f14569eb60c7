package io.sexton.streams.core;

import com.google.protobuf.Duration;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import io.sexton.v1.Trigger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that each kind of event must keep. A problem names the field first. */
final class EventRules {
    private EventRules() {}

    static Optional<String> problemWith(RegionEvent event) {
        return Optional.ofNullable(problem(event));
    }

    private static @Nullable String problem(RegionEvent event) {
        return switch (event.getEventCase()) {
            case REGION_OPENED -> opened(event.getRegionOpened());
            case REGION_DROPPED, REGION_RESTORED, RETRY -> null;
            case MANIFEST_EDIT -> edit("manifest_edit", event.getManifestEdit());
            case MANIFEST_SNAPSHOT -> snapshot(event.getManifestSnapshot());
            case COMPACTION_STARTED ->
                first(
                        id(
                                "compaction_started.compaction_id",
                                event.getCompactionStarted().getCompactionId()),
                        paths(
                                "compaction_started.temp_files",
                                event.getCompactionStarted().getTempFilesList()),
                        duration(
                                "compaction_started.timeout",
                                event.getCompactionStarted().getTimeout()));
            case COMPACTION_COMPLETED ->
                first(
                        id(
                                "compaction_completed.compaction_id",
                                event.getCompactionCompleted().getCompactionId()),
                        edit(
                                "compaction_completed.edit",
                                event.getCompactionCompleted().getEdit()));
            case COMPACTION_FAILED ->
                first(
                        id(
                                "compaction_failed.compaction_id",
                                event.getCompactionFailed().getCompactionId()),
                        paths(
                                "compaction_failed.leftover_files",
                                event.getCompactionFailed().getLeftoverFilesList()));
            case FILE_WRITTEN ->
                path("file_written.file.path", event.getFileWritten().getFile().getPath());
            case WRITE_FAILED ->
                paths("write_failed.paths", event.getWriteFailed().getPathsList());
            case QUERY_HEARTBEAT -> heartbeat(event.getQueryHeartbeat());
            case QUERY_FINISHED ->
                id("query_finished.reader_id", event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> references(event.getReferenceEdit());
            case INVENTORY -> inventory(event.getInventory());
            case DELETION_REPORT -> report(event.getDeletionReport().getCommandId(), event);
            case HOLD -> id("hold.hold_id", event.getHold().getHoldId());
            case APPROVAL -> id("approval.approval_id", event.getApproval().getApprovalId());
            case POLICY_SET -> policy(event.getPolicySet());
            case TICK -> tick(event.getTick());
            case DELETER_FENCE ->
                id("deleter_fence.nonce", event.getDeleterFence().getNonce());
            case EVENT_NOT_SET -> "event: none is set, or one that this version does not know";
        };
    }

    private static @Nullable String opened(RegionOpened opened) {
        return first(id("region_opened.store", opened.getStore()), path("region_opened.root", opened.getRoot()));
    }

    private static @Nullable String edit(String field, ManifestEdit edit) {
        String problem =
                first(files(field + ".added", edit.getAddedList()), paths(field + ".removed", edit.getRemovedList()));
        if (problem != null || edit.getRemovedCount() == 0) {
            return problem;
        }
        Set<String> added = new HashSet<>();
        edit.getAddedList().forEach(file -> added.add(file.getPath()));
        return noneOf(field + ".removed", edit.getRemovedList(), added);
    }

    private static @Nullable String references(ReferenceEdit edit) {
        return first(
                id("reference_edit.referrer", edit.getReferrer()),
                paths("reference_edit.added", edit.getAddedList()),
                paths("reference_edit.removed", edit.getRemovedList()),
                noneOf("reference_edit.removed", edit.getRemovedList(), new HashSet<>(edit.getAddedList())));
    }

    private static @Nullable String noneOf(String field, List<String> paths, Set<String> added) {
        for (String path : paths) {
            if (added.contains(path)) {
                return field + ": '" + path + "' is both added and removed";
            }
        }
        return null;
    }

    private static @Nullable String snapshot(ManifestSnapshot snapshot) {
        return first(
                id("manifest_snapshot.snapshot_id", snapshot.getSnapshotId()),
                announcement("manifest_snapshot", snapshot.getChunk(), snapshot.getLast(), snapshot.getFilesCount()),
                files("manifest_snapshot.files", snapshot.getFilesList()));
    }

    private static @Nullable String inventory(Inventory inventory) {
        return first(
                id("inventory.inventory_id", inventory.getInventoryId()),
                announcement("inventory", inventory.getChunk(), inventory.getLast(), inventory.getFilesCount()),
                files("inventory.files", inventory.getFilesList()));
    }

    private static @Nullable String announcement(String field, int chunk, boolean last, int files) {
        if (chunk != 0) {
            return null;
        }
        if (files > 0) {
            return field + ".files: chunk 0 only announces, it names no file";
        }
        return last ? field + ".last: chunk 0 only announces, it is not the last" : null;
    }

    private static @Nullable String heartbeat(QueryHeartbeat heartbeat) {
        String temp = heartbeat.getTempManifest();
        return first(
                id("query_heartbeat.reader_id", heartbeat.getReaderId()),
                duration("query_heartbeat.ttl", heartbeat.getTtl()),
                paths("query_heartbeat.files.paths", heartbeat.getFiles().getPathsList()),
                temp.isEmpty() ? null : path("query_heartbeat.temp_manifest", temp));
    }

    private static @Nullable String report(String commandId, RegionEvent event) {
        if (CommandId.read(commandId).isEmpty()) {
            return "deletion_report.command_id: '" + commandId + "' is not partition-offset-index";
        }
        for (FileOutcome outcome : event.getDeletionReport().getOutcomesList()) {
            String problem = path("deletion_report.outcomes.path", outcome.getPath());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String tick(Tick tick) {
        if (!tick.hasWallClock()) {
            return "tick.wall_clock: is not set";
        }
        return first(id("tick.ticker", tick.getTicker()), duration("tick.uptime", tick.getUptime()));
    }

    private static @Nullable String policy(PolicySet set) {
        Policy policy = set.getPolicy();
        String problem = first(
                duration("policy_set.policy.obsolete_linger", policy.getObsoleteLinger()),
                duration("policy_set.policy.orphan_linger", policy.getOrphanLinger()),
                duration("policy_set.policy.temp_linger", policy.getTempLinger()),
                duration("policy_set.policy.drop_linger", policy.getDropLinger()),
                duration("policy_set.policy.reader_ttl", policy.getReaderTtl()),
                duration("policy_set.policy.compaction_timeout", policy.getCompactionTimeout()),
                duration("policy_set.policy.retention", policy.getRetention()));
        if (problem != null) {
            return problem;
        }
        // What a newer version means by it cannot be guessed: fail closed (I5).
        if (policy.getDisposition() == Disposition.UNRECOGNIZED) {
            return "policy_set.policy.disposition: is one that this version does not know";
        }
        if (policy.getTrigger() == Trigger.UNRECOGNIZED) {
            return "policy_set.policy.trigger: is one that this version does not know";
        }
        if (policy.getOrphanConfirmation() == OrphanConfirmation.UNRECOGNIZED) {
            return "policy_set.policy.orphan_confirmation: is one that this version does not know";
        }
        try {
            Pattern.compile(policy.getFilePattern());
            return null;
        } catch (PatternSyntaxException e) {
            return "policy_set.policy.file_pattern: " + e.getMessage();
        }
    }

    private static @Nullable String files(String field, List<FileRef> files) {
        for (FileRef file : files) {
            String problem = path(field + ".path", file.getPath());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String paths(String field, List<String> paths) {
        for (String path : paths) {
            String problem = path(field, path);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String path(String field, String path) {
        Optional<String> problem = FilePath.problemWith(path);
        return problem.isEmpty() ? null : field + ": " + problem.get();
    }

    private static @Nullable String id(String field, String id) {
        return id.isEmpty() ? field + ": is empty" : null;
    }

    private static @Nullable String duration(String field, Duration duration) {
        return Times.isNegative(duration) ? field + ": is negative" : null;
    }

    private static @Nullable String first(@Nullable String... problems) {
        for (String problem : problems) {
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }
}
