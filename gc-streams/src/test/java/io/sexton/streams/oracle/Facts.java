package io.sexton.streams.oracle;

import com.google.protobuf.Timestamp;
import io.sexton.streams.oracle.Fact.CountedOnce;
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

/** The conversion of a fold's outputs to facts, and the comparison of facts as in the conformance check. */
final class Facts {

    private Facts() {}

    /** Returns the facts of a record on {@code gc.delete-commands}; {@code region} is its key. */
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
            case SCAN -> facts.add(new CountedOnce(region, CountedOnce.Kind.SCAN, null));
            case COMMAND_NOT_SET -> throw new AssertionError("an empty command of " + region);
        }
        return facts;
    }

    /** Returns the facts of a record on {@code gc.notices}; {@code region} is its key. */
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
            case SNAPSHOT_REQUESTED -> countedOnce(region, CountedOnce.Kind.SNAPSHOT_REQUESTED, "");
            case MANIFEST_CONFLICT ->
                countedOnce(
                        region,
                        CountedOnce.Kind.MANIFEST_CONFLICT,
                        notice.getManifestConflict().getPath());
            case FILES_DELETED ->
                notice.getFilesDeleted().getPathsList().stream()
                        .map(path -> (Fact) new CountedOnce(region, CountedOnce.Kind.FILES_DELETED, path))
                        .toList();
            case EVENT_REJECTED ->
                countedOnce(
                        region,
                        CountedOnce.Kind.EVENT_REJECTED,
                        notice.getEventRejected().getPath());
            case APPROVAL_NEEDED -> countedOnce(region, CountedOnce.Kind.APPROVAL_NEEDED, "");
            case MISSING_FILE ->
                countedOnce(
                        region,
                        CountedOnce.Kind.MISSING_FILE,
                        notice.getMissingFile().getPath());
            case DELETION_STUCK ->
                countedOnce(
                        region,
                        CountedOnce.Kind.DELETION_STUCK,
                        notice.getDeletionStuck().getPath());
            case INVENTORY_DOUBTED ->
                List.of(new Fact.InventoryDoubted(
                        region,
                        notice.getInventoryDoubted().getInventoryId(),
                        notice.getInventoryDoubted().getMissingFiles()));
            case NOTICE_NOT_SET -> throw new AssertionError("an empty notice of " + region);
        };
    }

    /** Returns the number of occurrences of each fact; for notices that count once, one. */
    static Map<Fact, Integer> count(Collection<Fact> facts) {
        Map<Fact, Integer> counts = new HashMap<>();
        for (Fact fact : facts) {
            if (fact instanceof CountedOnce) {
                counts.put(fact, 1);
            } else {
                counts.merge(fact, 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Returns the differences between two folds, one a line in a stable order; empty if there are none. */
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

    private static List<Fact> countedOnce(String region, CountedOnce.Kind kind, String path) {
        return List.of(new CountedOnce(region, kind, path.isEmpty() ? null : path));
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
