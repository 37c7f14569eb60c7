package io.sexton.streams.oracle;

import io.sexton.streams.oracle.RandomLogs.Emitted;
import io.sexton.v1.Approval;
import io.sexton.v1.Companion;
import io.sexton.v1.DeleterFence;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.Expedite;
import io.sexton.v1.FileList;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Hold;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Retry;
import io.sexton.v1.Trigger;
import java.util.ArrayList;
import java.util.List;

/** The events of readers, other regions, operators and the deleter. */
final class RandomCrowd {

    private static final List<Companion> COMPANIONS = List.of(
            companion("(\\d)\\.meta", "$1"),
            companion("(\\d)", "$1.meta"),
            companion("d/(.)", "$1"),
            companion("(.)", "d/$1"),
            companion("t(\\d)", "$1"),
            companion("(a)|(b)", "$2c"),
            companion("([a-z])", "$1"),
            companion("c", "$$c"),
            companion("e", "/e"));

    private final RandomLogs logs;
    private final RandomValues random;

    /** The share of holds in a log; it differs, so that some logs keep few files and others many. */
    private final int holdsPercent;

    private int approvals;

    RandomCrowd(RandomLogs logs) {
        this.logs = logs;
        this.random = logs.random;
        this.holdsPercent = random.any(20, 60);
    }

    private static Companion companion(String pattern, String companion) {
        return Companion.newBuilder()
                .setPattern(pattern)
                .setCompanion(companion)
                .build();
    }

    void heartbeat(String region) {
        String reader = "q" + random.below(4);
        QueryHeartbeat.Builder heartbeat = QueryHeartbeat.newBuilder().setReaderId(reader);
        if (random.percent(85)) {
            heartbeat.setTtl(random.duration(random.percent(90) ? 15 : 100_000));
        }
        NaiveRegion known = logs.known(region);
        NaiveRegion.Pin living = known == null ? null : known.pins.get(reader);
        int kind = random.below(10);
        if (kind < 4) {
            Long version = known == null ? null : known.version;
            long at = version == null ? random.below(3) : version;
            heartbeat.setAtVersion(random.percent(70) ? at : Math.max(0, at + random.between(-3, 1)));
        } else if (kind < 7) {
            heartbeat.setFiles(FileList.newBuilder().addAllPaths(random.paths(2)));
        } else if (living != null) {
            if (kind < 9) {
                repeat(heartbeat, living);
            }
        } else if (random.percent(80)) {
            heartbeat.setFiles(FileList.newBuilder().addAllPaths(random.paths(2)));
        }
        // Writers are always the same ones: the design does not define a changed flag on a repeated pin.
        heartbeat.setForCommit(reader.equals("q0") || reader.equals("q1"));
        if (random.percent(25)) {
            heartbeat.setTempManifest(random.percent(80) ? "tmp/" + reader : random.path());
        }
        logs.send(region, RegionEvent.newBuilder().setQueryHeartbeat(heartbeat));
    }

    private static void repeat(QueryHeartbeat.Builder heartbeat, NaiveRegion.Pin living) {
        Long version = living.version;
        if (version != null) {
            heartbeat.setAtVersion(version);
        } else {
            heartbeat.setFiles(FileList.newBuilder().addAllPaths(Facts.sorted(living.files)));
        }
    }

    void finished(String region) {
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setQueryFinished(QueryFinished.newBuilder().setReaderId("q" + random.below(4))));
    }

    void reference(String region) {
        List<String> added = random.paths(2);
        List<String> removed = new ArrayList<>(random.paths(3));
        removed.removeAll(added);
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setReferenceEdit(ReferenceEdit.newBuilder()
                                .setReferrer("b" + random.below(2))
                                .setReferrerEpoch(random.percent(80) ? 2 : 1 + random.below(3))
                                .addAllAdded(added)
                                .addAllRemoved(removed)
                                .setReplaceAll(random.percent(35))));
    }

    void hold(String region) {
        String id = "h" + random.below(2);
        Hold.Builder hold = Hold.newBuilder()
                .setHoldId(id)
                .setReleased(!random.percent(holdsPercent))
                .setPathPrefix(random.any("d/", "d/", "1", "", "zz"));
        if (random.percent(40)) {
            hold.setExpiresAfter(random.duration(random.percent(90) ? 15 : 100_000));
        }
        logs.send(region, RegionEvent.newBuilder().setHold(hold));
    }

    void approval(String region) {
        approvals++;
        Approval.Builder approval = Approval.newBuilder()
                .setApprovalId("ok" + (random.percent(80) ? approvals : approvals - 1))
                .setOperator("ann")
                .setMaxFiles(random.oneIn(30) ? -1L : random.below(4));
        NaiveRegion known = logs.known(region);
        if (known != null && known.doubted != null && random.percent(40)) {
            approval.setInventoryId(known.doubted.id());
        } else if (random.oneIn(12)) {
            approval.setInventoryId("i" + random.below(9));
        }
        if (known != null && random.percent(50)) {
            approval.setLatchOffset(Math.max(0, latchOf(known) + random.any(0, 0, 1, -1, -30, 1_000)));
        }
        logs.send(region, RegionEvent.newBuilder().setApproval(approval));
    }

    /** Returns the offset at which the region was latched, by the guard or by a snapshot. */
    private long latchOf(NaiveRegion region) {
        Long byGuard = region.guard.latchedAt;
        long bySnapshot = region.snapshotLatch == null ? 1 : region.snapshotLatch.last();
        return byGuard == null || random.percent(50) ? bySnapshot : byGuard;
    }

    /** Accepts an inventory. */
    void approve(String region, String inventory) {
        approvals++;
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setApproval(Approval.newBuilder()
                                .setApprovalId("ok" + approvals)
                                .setInventoryId(inventory)
                                .setMaxFiles(random.below(2))));
    }

    /** Emits more approvals than are kept. */
    void manyApprovals(String region) {
        for (int i = 100 + random.below(5); i > 0; i--) {
            approvals++;
            logs.send(
                    region,
                    RegionEvent.newBuilder()
                            .setApproval(Approval.newBuilder()
                                    .setApprovalId("ok" + approvals)
                                    .setMaxFiles(1 + random.below(2))));
            if (random.oneIn(10)) {
                logs.pass();
            }
        }
    }

    /** Emits policies for more globs than are kept. */
    void manyPolicies(String region) {
        for (int i = 1_000 + random.below(8); i > 0; i--) {
            PolicySet.Builder set = PolicySet.newBuilder()
                    .setRegionGlob(i % 250 == 249 ? region : "g" + i)
                    .setPolicy(Policy.newBuilder().setDisposition(Disposition.TRASH));
            logs.sendToPartition(RegionEvent.newBuilder().setPolicySet(set));
        }
        removePolicy(random.any("g1", "nothing", region));
        policy(region);
        logs.tick();
    }

    private void removePolicy(String glob) {
        logs.sendToPartition(
                RegionEvent.newBuilder().setPolicySet(PolicySet.newBuilder().setRegionGlob(glob)));
    }

    void expedite(String region) {
        if (random.percent(70)) {
            policy(region);
        }
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setExpedite(Expedite.newBuilder().setPathPrefix(random.any("", "", "d/", "a", "t"))));
        logs.tick();
    }

    /** Reports failures of one file for a long time. */
    void manyFailures(String region) {
        NaiveRegion known = logs.known(region);
        if (known == null) {
            return;
        }
        NaiveFile file = known.files.values().stream()
                .filter(candidate -> candidate.state == NaiveFile.State.CONDEMNED)
                .findFirst()
                .orElse(null);
        for (int i = 6 + random.below(7); i > 0 && file != null; i--) {
            NaiveFile.Condemnation condemnation = file.condemnation;
            if (file.state != NaiveFile.State.CONDEMNED || condemnation == null || condemnation.stuck) {
                return;
            }
            logs.send(
                    region,
                    RegionEvent.newBuilder()
                            .setDeletionReport(DeletionReport.newBuilder()
                                    .setCommandId(logs.partition() + "-" + condemnation.lastCommand + "-0")
                                    .addOutcomes(FileOutcome.newBuilder()
                                            .setPath(file.path)
                                            .setOutcome(Outcome.FAILED_RETRYABLE))));
            logs.tickUpTo(condemnation.emitAgainAt);
        }
    }

    void retry(String region) {
        logs.send(
                region,
                RegionEvent.newBuilder().setRetry(Retry.newBuilder().setPathPrefix(random.any("", "", "d/", "a"))));
    }

    void fence(String region) {
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setDeleterFence(DeleterFence.newBuilder().setNonce("n" + random.below(5))));
    }

    /** Reports on a command: mostly one of the last, sometimes an old one, and perhaps not for the first time. */
    void report(String region) {
        if (logs.emitted.isEmpty()) {
            logs.tick();
            return;
        }
        int count = logs.emitted.size();
        int back = random.percent(75) ? random.below(Math.min(6, count)) : random.below(count);
        Emitted emitted = logs.emitted.get(count - 1 - back);
        DeletionReport.Builder report = DeletionReport.newBuilder()
                .setCommandId(logs.partition() + "-" + emitted.offset() + "-0")
                .setLockToken(random.below(100));
        for (Emitted file : logs.emitted) {
            boolean same = file.region().equals(emitted.region()) && file.offset() == emitted.offset();
            if (same && (file.equals(emitted) || random.percent(60))) {
                report.addOutcomes(FileOutcome.newBuilder().setPath(file.path()).setOutcome(outcome(file)));
            }
        }
        logs.send(emitted.region(), RegionEvent.newBuilder().setDeletionReport(report));
    }

    private Outcome outcome(Emitted file) {
        if (file.disposition() == Disposition.DRY_RUN && random.percent(90)) {
            return Outcome.WOULD_DELETE;
        }
        int roll = random.below(100);
        if (roll < 30) {
            return random.any(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.TRASHED, Outcome.ARCHIVED);
        }
        return roll < 52
                ? Outcome.FAILED_RETRYABLE
                : roll < 70
                        ? Outcome.REVOKED
                        : roll < 80
                                ? Outcome.CHANGED
                                : roll < 93
                                        ? random.any(Outcome.FAILED, Outcome.REFUSED)
                                        : random.any(Outcome.WOULD_DELETE, Outcome.OUTCOME_UNSPECIFIED);
    }

    void policy(String region) {
        Policy.Builder policy = Policy.newBuilder();
        if (random.percent(90)) {
            policy.setObsoleteLinger(random.duration(10));
        }
        if (random.percent(85)) {
            policy.setOrphanLinger(random.duration(12));
        }
        if (random.percent(85)) {
            policy.setTempLinger(random.duration(8));
        }
        if (random.percent(85)) {
            policy.setDropLinger(random.duration(25));
        }
        if (random.percent(50)) {
            policy.setReaderTtl(random.duration(20));
        }
        if (random.percent(50)) {
            policy.setCompactionTimeout(random.duration(20));
        }
        if (random.percent(70)) {
            policy.setRetention(random.duration(40));
        }
        policy.setDisposition(random.any(
                Disposition.DISPOSITION_UNSPECIFIED,
                Disposition.DELETE,
                Disposition.DELETE,
                Disposition.TRASH,
                Disposition.ARCHIVE,
                Disposition.DRY_RUN));
        policy.setTrigger(
                random.any(Trigger.TRIGGER_UNSPECIFIED, Trigger.CONTINUOUS, Trigger.CONTINUOUS, Trigger.ON_COMPACTION));
        policy.setOrphanConfirmation(random.any(
                OrphanConfirmation.ORPHAN_CONFIRMATION_UNSPECIFIED,
                OrphanConfirmation.SNAPSHOT,
                OrphanConfirmation.SNAPSHOT,
                OrphanConfirmation.INVENTORY,
                OrphanConfirmation.INVENTORY,
                random.percent(30) ? OrphanConfirmation.NEVER : OrphanConfirmation.SNAPSHOT));
        if (random.percent(20)) {
            policy.setFilePattern(random.any("\\d+(\\.meta)?", "[a-z/]+", "t\\d", ".*"));
        }
        for (int i = random.percent(25) ? 1 + random.below(3) : 0; i > 0; i--) {
            policy.addCompanions(random.any(COMPANIONS));
        }
        if (random.percent(25)) {
            policy.setCompanionSuffix(".meta");
        }
        if (random.percent(50)) {
            policy.setApprovalFloor(random.below(4)).setMaxCondemnedPercent(random.any(0, 10, 30, 60, 99, 100));
        }
        if (random.oneIn(5)) {
            removePolicy(random.any("*", "", "r*", "?1", region));
        }
        logs.sendToPartition(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setRegionGlob(random.any("*", "", "r*", "?1", region))
                        .setPolicy(policy)));
    }
}
