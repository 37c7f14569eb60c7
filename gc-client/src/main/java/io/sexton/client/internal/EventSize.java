package io.sexton.client.internal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.sexton.client.InvalidEventException;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * The size of events. An event has to fit into one record. One that does not is split into several where the schema gives
 * them the meaning of the one, and refused otherwise.
 *
 * <p>An edit with a version is never split: the fold ignores a second edit of the same version as a duplicate (design,
 * section 5, "Versions"). Neither is a pin, nor a replacement of all references: in between, files of the later parts
 * would be unprotected (I2).
 */
final class EventSize {

    private EventSize() {}

    /**
     * Checks that an event fits into one record.
     *
     * @throws InvalidEventException naming the limit, the size, the number of paths, and what to do
     */
    static void check(RegionEvent event, int maxBytes) {
        int bytes = event.getSerializedSize();
        if (bytes > maxBytes) {
            throw new InvalidEventException(
                    event.getEventCase().name().toLowerCase(Locale.ROOT),
                    String.format(
                            Locale.ROOT,
                            "has %,d bytes and %,d paths, more than the %,d bytes of the largest record"
                                    + " (max.request.size): %s",
                            bytes,
                            paths(event),
                            maxBytes,
                            remedy(event)));
        }
    }

    /**
     * Returns the events to publish for an event, in their order: the event itself if it fits into one record.
     *
     * @throws InvalidEventException if it does not fit and cannot be split
     */
    static List<RegionEvent> split(RegionEvent event, int maxBytes) {
        if (event.getSerializedSize() <= maxBytes) {
            return List.of(event);
        }
        List<RegionEvent> parts = switch (event.getEventCase()) {
            case WRITE_FAILED ->
                chunks(
                        event.getWriteFailed().getPathsList(),
                        EventSize::size,
                        maxBytes,
                        event.toBuilder()
                                .setWriteFailed(
                                        event.getWriteFailed().toBuilder().clearPaths())
                                .build(),
                        (empty, paths) -> empty.toBuilder()
                                .setWriteFailed(
                                        empty.getWriteFailed().toBuilder().addAllPaths(paths))
                                .build());
            case COMPACTION_STARTED -> started(event, maxBytes);
            case MANIFEST_EDIT -> edits(event, event.getManifestEdit(), maxBytes);
            case COMPACTION_COMPLETED -> completed(event, maxBytes);
            case REFERENCE_EDIT -> references(event, maxBytes);
            case REGION_OPENED,
                    REGION_DROPPED,
                    REGION_RESTORED,
                    MANIFEST_SNAPSHOT,
                    COMPACTION_FAILED,
                    FILE_WRITTEN,
                    QUERY_HEARTBEAT,
                    QUERY_FINISHED,
                    INVENTORY,
                    DELETION_REPORT,
                    HOLD,
                    APPROVAL,
                    POLICY_SET,
                    TICK,
                    DELETER_FENCE,
                    RETRY,
                    EXPEDITE,
                    EVENT_NOT_SET -> List.of(event);
        };
        parts.forEach(part -> check(part, maxBytes));
        return parts;
    }

    /** Further files join a compaction that is started again. */
    private static List<RegionEvent> started(RegionEvent event, int maxBytes) {
        CompactionStarted started = event.getCompactionStarted();
        return chunks(
                started.getTempFilesList(),
                EventSize::size,
                maxBytes,
                event.toBuilder()
                        .setCompactionStarted(started.toBuilder().clearTempFiles())
                        .build(),
                (empty, paths) -> empty.toBuilder()
                        .setCompactionStarted(
                                empty.getCompactionStarted().toBuilder().addAllTempFiles(paths))
                        .build());
    }

    /**
     * Splits an edit without a version. WARNING: the additions come first. If the later parts do not reach the log, files
     * stay that are garbage; the other way round a file that replaces another could be an orphan (I1).
     */
    private static List<RegionEvent> edits(RegionEvent event, ManifestEdit edit, int maxBytes) {
        if (edit.getVersion() != 0) {
            return List.of(event);
        }
        RegionEvent empty = event.toBuilder()
                .setManifestEdit(edit.toBuilder().clearAdded().clearRemoved())
                .build();
        List<RegionEvent> parts = new ArrayList<>(chunks(
                edit.getAddedList(),
                EventSize::size,
                maxBytes,
                empty,
                (part, files) -> part.toBuilder()
                        .setManifestEdit(part.getManifestEdit().toBuilder().addAllAdded(files))
                        .build()));
        parts.addAll(chunks(
                edit.getRemovedList(),
                EventSize::size,
                maxBytes,
                empty,
                (part, paths) -> part.toBuilder()
                        .setManifestEdit(part.getManifestEdit().toBuilder().addAllRemoved(paths))
                        .build()));
        return parts;
    }

    /** Publishes what the edit of a compaction changes before the compaction ends: then its outputs are live already. */
    private static List<RegionEvent> completed(RegionEvent event, int maxBytes) {
        CompactionCompleted completed = event.getCompactionCompleted();
        RegionEvent edit =
                event.toBuilder().setManifestEdit(completed.getEdit()).build();
        List<RegionEvent> parts = edits(edit, completed.getEdit(), maxBytes);
        if (parts.size() == 1) {
            return List.of(event);
        }
        List<RegionEvent> all = new ArrayList<>(parts);
        all.add(event.toBuilder()
                .setCompactionCompleted(completed.toBuilder().clearEdit())
                .build());
        return all;
    }

    private static List<RegionEvent> references(RegionEvent event, int maxBytes) {
        ReferenceEdit edit = event.getReferenceEdit();
        if (edit.getReplaceAll()) {
            return List.of(event);
        }
        RegionEvent empty = event.toBuilder()
                .setReferenceEdit(edit.toBuilder().clearAdded().clearRemoved())
                .build();
        List<RegionEvent> parts = new ArrayList<>(chunks(
                edit.getAddedList(),
                EventSize::size,
                maxBytes,
                empty,
                (part, paths) -> part.toBuilder()
                        .setReferenceEdit(part.getReferenceEdit().toBuilder().addAllAdded(paths))
                        .build()));
        parts.addAll(chunks(
                edit.getRemovedList(),
                EventSize::size,
                maxBytes,
                empty,
                (part, paths) -> part.toBuilder()
                        .setReferenceEdit(part.getReferenceEdit().toBuilder().addAllRemoved(paths))
                        .build()));
        return parts;
    }

    /** Returns one event for each run of items that fits beside what the empty event has. */
    private static <T> List<RegionEvent> chunks(
            List<T> items,
            ToIntFunction<T> size,
            int maxBytes,
            RegionEvent empty,
            BiFunction<RegionEvent, List<T>, RegionEvent> with) {
        List<RegionEvent> parts = new ArrayList<>();
        // The lengths of the two messages around the list have at most five bytes each.
        int free = maxBytes - empty.getSerializedSize() - 10;
        int begin = 0;
        int bytes = 0;
        for (int i = 0; i < items.size(); i++) {
            int next = size.applyAsInt(items.get(i));
            if (i > begin && bytes + next > free) {
                parts.add(with.apply(empty, items.subList(begin, i)));
                begin = i;
                bytes = 0;
            }
            bytes += next;
        }
        if (begin < items.size()) {
            parts.add(with.apply(empty, items.subList(begin, items.size())));
        }
        return parts;
    }

    /** Returns the bytes of an element of a repeated field with a tag of one byte. */
    private static int size(String path) {
        return 1 + CodedOutputStream.computeStringSizeNoTag(path);
    }

    private static int size(FileRef file) {
        return 1 + CodedOutputStream.computeMessageSizeNoTag((MessageLite) file);
    }

    private static int paths(RegionEvent event) {
        return switch (event.getEventCase()) {
            case MANIFEST_EDIT -> paths(event.getManifestEdit());
            case MANIFEST_SNAPSHOT -> event.getManifestSnapshot().getFilesCount();
            case COMPACTION_STARTED -> event.getCompactionStarted().getTempFilesCount();
            case COMPACTION_COMPLETED -> paths(event.getCompactionCompleted().getEdit());
            case COMPACTION_FAILED -> event.getCompactionFailed().getLeftoverFilesCount();
            case FILE_WRITTEN -> 1;
            case WRITE_FAILED -> event.getWriteFailed().getPathsCount();
            case QUERY_HEARTBEAT -> event.getQueryHeartbeat().getFiles().getPathsCount();
            case REFERENCE_EDIT ->
                event.getReferenceEdit().getAddedCount()
                        + event.getReferenceEdit().getRemovedCount();
            case INVENTORY -> event.getInventory().getFilesCount();
            case DELETION_REPORT -> event.getDeletionReport().getOutcomesCount();
            case REGION_OPENED,
                    REGION_DROPPED,
                    REGION_RESTORED,
                    QUERY_FINISHED,
                    HOLD,
                    APPROVAL,
                    POLICY_SET,
                    TICK,
                    DELETER_FENCE,
                    RETRY,
                    EXPEDITE,
                    EVENT_NOT_SET -> 0;
        };
    }

    private static int paths(ManifestEdit edit) {
        return edit.getAddedCount() + edit.getRemovedCount();
    }

    private static String remedy(RegionEvent event) {
        return switch (event.getEventCase()) {
            case MANIFEST_EDIT, COMPACTION_COMPLETED ->
                "the edit of one version cannot be split. Commit fewer files in each version; for a version that is"
                        + " committed, reopen the region at it and publish a snapshot";
            case QUERY_HEARTBEAT -> "pin a version instead of files, or pin the files by several pins";
            case REFERENCE_EDIT -> "replace_all cannot be split. Add and remove the references by edits without it";
            case COMPACTION_FAILED ->
                "leave out the files that the compaction was started with, and publish the others as failed writes";
            case COMPACTION_STARTED, WRITE_FAILED, DELETION_REPORT -> "publish several events with fewer paths";
            case MANIFEST_SNAPSHOT, INVENTORY -> "publish more chunks with fewer files";
            case FILE_WRITTEN,
                    REGION_OPENED,
                    REGION_DROPPED,
                    REGION_RESTORED,
                    QUERY_FINISHED,
                    HOLD,
                    APPROVAL,
                    POLICY_SET,
                    TICK,
                    DELETER_FENCE,
                    RETRY,
                    EXPEDITE,
                    EVENT_NOT_SET -> "shorten its texts";
        };
    }
}
