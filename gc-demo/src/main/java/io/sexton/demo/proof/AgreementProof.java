package io.sexton.demo.proof;

import io.sexton.proto.FilePath;
import io.sexton.v1.Notice;
import io.sexton.v1.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sexton and the databases agree: nothing was rejected, contradicted, revoked, stuck or unreadable. Files of a lost
 * node were deleted only after Sexton had requested and received a snapshot of the manifest.
 */
final class AgreementProof {

    private final AuditLog log;
    private final Condemnations condemnations;
    private final Map<String, Set<FilePath>> lost;

    /** @param lost files that lost nodes left in the store, by region */
    AgreementProof(AuditLog log, Condemnations condemnations, Map<String, Set<FilePath>> lost) {
        this.log = log;
        this.condemnations = condemnations;
        this.lost = lost;
    }

    Verdict check() {
        List<String> violations = new ArrayList<>();
        if (log.deadLetters() > 0) {
            violations.add(log.deadLetters() + " records could not be applied");
        }
        log.notices().stream()
                .filter(notice -> isComplaint(notice.value()))
                .forEach(notice -> violations.add(
                        "Sexton complains: " + notice.value().toString().strip().replaceAll("\\s+", " ")));
        log.commands().stream()
                // A revoke by prefix is a restoration's, for commands that may be in flight.
                .filter(command -> command.value().getRevoke().getPathsCount() > 0)
                .forEach(command -> violations.add("a condemnation was revoked: "
                        + command.value().getRevoke().getPathsList()));
        lost.forEach((region, files) -> files.forEach(file -> checkLost(region, file, violations)));
        if (lost.isEmpty()) {
            violations.add("no compaction was lost");
        }
        long requests = log.notices().stream()
                .filter(notice -> notice.value().hasSnapshotRequested())
                .count();
        long snapshots = log.events().stream()
                .filter(event -> event.value().getManifestSnapshot().getLast())
                .count();
        return new Verdict(
                "Sexton and the databases never disagreed, and a lost node's files went after a snapshot",
                log.events().size() + " events; snapshots requested: " + requests + ", given: " + snapshots,
                violations);
    }

    private static boolean isComplaint(Notice notice) {
        return switch (notice.getNoticeCase()) {
            case EVENT_REJECTED, MANIFEST_CONFLICT, MISSING_FILE, DELETION_STUCK, APPROVAL_NEEDED, INVENTORY_DOUBTED ->
                true;
            case PIN_VERDICT, SNAPSHOT_REQUESTED, FILES_DELETED, REFERENCE_VERDICT, NOTICE_NOT_SET -> false;
        };
    }

    private void checkLost(String region, FilePath file, List<String> violations) {
        Condemned condemned =
                condemnations.firstOf(new Condemnations.Name(region, file)).orElse(null);
        if (condemned == null) {
            violations.add(region + "/" + file + " of a lost node was never condemned");
            return;
        }
        boolean confirmed = log.events().stream()
                .anyMatch(event -> event.partition() == condemned.partition()
                        && event.offset() > condemned.evidenceOffset()
                        && event.offset() < condemned.tickOffset()
                        && event.value().getRegion().equals(region)
                        && event.value().getManifestSnapshot().getLast());
        if (condemned.reason() != Reason.TEMPORARY || !confirmed) {
            violations.add(condemned + " of a lost node went without a snapshot that lacks it");
        }
    }
}
