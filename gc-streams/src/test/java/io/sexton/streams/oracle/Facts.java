package io.sexton.streams.oracle;

import com.google.protobuf.Timestamp;
import io.sexton.streams.oracle.Fact.Told;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns what a fold sends into facts, and compares facts as the conformance check does. */
final class Facts {

    private Facts() {}

    /** What a record on {@code gc.delete-commands} says; {@code region} is its key. */
    static List<Fact> of(String region, GcCommand command) {
        List<Fact> facts = new ArrayList<>();
        switch (command.getCommandCase()) {
            case DELETE -> {
                DeleteCommand delete = command.getDelete();
                delete.getFilesList()
                        .forEach(file -> facts.add(new Fact.Condemn(
                                region,
                                file.getFile().getPath(),
                                file.getReason(),
                                instant(file.getSince()),
                                instant(delete.getDecidedAt()),
                                file.getAttempt(),
                                delete.getDisposition())));
            }
            case REVOKE -> {
                command.getRevoke().getPathsList().forEach(path -> facts.add(new Fact.Revoke(region, path)));
                if (command.getRevoke().hasPathPrefix()) {
                    facts.add(new Fact.RevokePrefix(region, command.getRevoke().getPathPrefix()));
                }
            }
            case FENCE_PASSED ->
                facts.add(new Fact.Fence(region, command.getFencePassed().getNonce()));
            case SCAN -> facts.add(new Told(region, Told.Kind.SCAN, null));
            case COMMAND_NOT_SET -> throw new AssertionError("an empty command of " + region);
        }
        return facts;
    }

    /** What a record on {@code gc.notices} says; {@code region} is its key. */
    static List<Fact> of(String region, Notice notice) {
        return switch (notice.getNoticeCase()) {
            case PIN_VERDICT ->
                List.of(new Fact.PinVerdict(
                        region,
                        notice.getPinVerdict().getReaderId(),
                        notice.getPinVerdict().getAccepted(),
                        sorted(notice.getPinVerdict().getCondemnedList()),
                        notice.getPinVerdict().getOffset()));
            case REFERENCE_VERDICT ->
                List.of(new Fact.ReferenceVerdict(
                        region,
                        notice.getReferenceVerdict().getReferrer(),
                        sorted(notice.getReferenceVerdict().getRejectedList()),
                        notice.getReferenceVerdict().getOffset()));
            case SNAPSHOT_REQUESTED -> told(region, Told.Kind.SNAPSHOT_REQUESTED, "");
            case MANIFEST_CONFLICT ->
                told(
                        region,
                        Told.Kind.MANIFEST_CONFLICT,
                        notice.getManifestConflict().getPath());
            case FILES_DELETED ->
                notice.getFilesDeleted().getPathsList().stream()
                        .map(path -> (Fact) new Told(region, Told.Kind.FILES_DELETED, path))
                        .toList();
            case EVENT_REJECTED ->
                told(region, Told.Kind.EVENT_REJECTED, notice.getEventRejected().getPath());
            case APPROVAL_NEEDED -> told(region, Told.Kind.APPROVAL_NEEDED, "");
            case MISSING_FILE ->
                told(region, Told.Kind.MISSING_FILE, notice.getMissingFile().getPath());
            case DELETION_STUCK ->
                told(region, Told.Kind.DELETION_STUCK, notice.getDeletionStuck().getPath());
            case INVENTORY_DOUBTED ->
                List.of(new Fact.InventoryDoubted(
                        region,
                        notice.getInventoryDoubted().getInventoryId(),
                        notice.getInventoryDoubted().getMissingFiles()));
            case NOTICE_NOT_SET -> throw new AssertionError("an empty notice of " + region);
        };
    }

    /** How often each fact was stated; of notices that count as sets, once. */
    static Map<Fact, Integer> count(Collection<Fact> facts) {
        Map<Fact, Integer> counts = new HashMap<>();
        for (Fact fact : facts) {
            if (fact instanceof Told) {
                counts.put(fact, 1);
            } else {
                counts.merge(fact, 1, Integer::sum);
            }
        }
        return counts;
    }

    /** What differs between two folds, a line each in a stable order; empty if nothing does. */
    static List<String> difference(String leftName, Collection<Fact> left, String rightName, Collection<Fact> right) {
        Map<Fact, Integer> leftCounts = count(left);
        Map<Fact, Integer> rightCounts = count(right);
        Map<String, Fact> all = new TreeMap<>();
        leftCounts.keySet().forEach(fact -> all.put(fact.toString(), fact));
        rightCounts.keySet().forEach(fact -> all.put(fact.toString(), fact));
        List<String> lines = new ArrayList<>();
        all.forEach((text, fact) -> {
            int inLeft = leftCounts.getOrDefault(fact, 0);
            int inRight = rightCounts.getOrDefault(fact, 0);
            if (inLeft != inRight) {
                lines.add(leftName + " " + inLeft + ", " + rightName + " " + inRight + ": " + text);
            }
        });
        return lines;
    }

    static List<String> sorted(Collection<String> paths) {
        return paths.stream().sorted().toList();
    }

    private static List<Fact> told(String region, Told.Kind kind, String path) {
        return List.of(new Told(region, kind, path.isEmpty() ? null : path));
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
