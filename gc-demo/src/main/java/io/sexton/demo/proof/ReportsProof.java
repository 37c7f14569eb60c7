package io.sexton.demo.proof;

import io.sexton.proto.FilePath;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands and reports are equal: each condemned file of each command has an outcome, and no other has. The last
 * outcome of each file is the one that the region's policy requires.
 */
final class ReportsProof {

    private record Key(String commandId, FilePath path) {}

    private final AuditLog log;
    private final Condemnations condemnations;

    ReportsProof(AuditLog log, Condemnations condemnations) {
        this.log = log;
        this.condemnations = condemnations;
    }

    Verdict check() {
        List<String> violations = new ArrayList<>();
        Map<Key, List<FileOutcome>> reported = reported();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        Set<Key> commanded = new HashSet<>();
        for (Condemned file : condemnations.all()) {
            Key key = new Key(file.commandId(), file.name().path());
            commanded.add(key);
            List<FileOutcome> found = reported.getOrDefault(key, List.of());
            if (found.isEmpty()) {
                violations.add(file + " has no report");
                continue;
            }
            FileOutcome last = found.get(found.size() - 1);
            outcomes.merge(last.getOutcome(), 1, Integer::sum);
            if (!isGone(file, last) && !isTriedAgain(file, last)) {
                violations.add(file + " ended as " + last.getOutcome() + ": " + last.getDetail());
            }
        }
        reported.keySet().stream()
                .filter(key -> !commanded.contains(key))
                .forEach(key -> violations.add(
                        key.path() + " is reported for command " + key.commandId() + ", which does not name it"));
        if (commanded.isEmpty()) {
            violations.add("there was no command at all, which proves nothing");
        }
        return new Verdict(
                "each condemned file of each command has a report, and no other file has",
                commanded.size() + " condemned files: " + outcomes,
                violations);
    }

    private static boolean isGone(Condemned file, FileOutcome last) {
        return last.getOutcome() == wanted(file.disposition()) || last.getOutcome() == Outcome.ALREADY_ABSENT;
    }

    private static Outcome wanted(Disposition disposition) {
        return switch (disposition) {
            case DELETE -> Outcome.DELETED;
            case TRASH -> Outcome.TRASHED;
            case ARCHIVE -> Outcome.ARCHIVED;
            case DRY_RUN, DISPOSITION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("the demo has no region with " + disposition);
        };
    }

    /**
     * Returns true if a later command repeats a file that was not deleted; that one has to succeed. A machine that
     * stalls for long enough loses locks and answers without any other fault, so this is no violation.
     */
    private boolean isTriedAgain(Condemned file, FileOutcome last) {
        return last.getOutcome() == Outcome.FAILED_RETRYABLE
                && condemnations.lastOf(file.name()).filter(file::equals).isEmpty();
    }

    private Map<Key, List<FileOutcome>> reported() {
        Map<Key, List<FileOutcome>> reported = new HashMap<>();
        for (Logged<RegionEvent> event : log.events()) {
            if (event.value().hasDeletionReport()) {
                DeletionReport report = event.value().getDeletionReport();
                for (FileOutcome outcome : report.getOutcomesList()) {
                    reported.computeIfAbsent(
                                    new Key(report.getCommandId(), FilePath.of(outcome.getPath())),
                                    unseen -> new ArrayList<>())
                            .add(outcome);
                }
            }
        }
        return reported;
    }

    /** Returns the number of condemned files without a report so far. */
    long unreported() {
        Set<Key> reported = reported().keySet();
        return condemnations.all().stream()
                .filter(file ->
                        !reported.contains(new Key(file.commandId(), file.name().path())))
                .count();
    }
}
