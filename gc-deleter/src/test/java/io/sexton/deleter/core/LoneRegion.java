package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.RevokeCommand;
import io.sexton.v1.ScanCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A core with one region, whose locks, fences and storage calls a test answers one by one. Reports are committed at once. */
final class LoneRegion {

    static final RegionId REGION = RegionId.of("r1");
    static final long TOKEN = 7;
    private static final int PARTITION = 0;

    private final DeleterCore core;
    private final Deque<LockTicket> requested = new ArrayDeque<>();
    private final Deque<LockTicket> granted = new ArrayDeque<>();
    private final Deque<String> nonces = new ArrayDeque<>();
    private final Deque<StorageCall> calls = new ArrayDeque<>();
    private final List<DeletionReport> reports = new ArrayList<>();
    private final List<Effect.ScanRegion> scans = new ArrayList<>();
    private long committed;
    private Duration now = Duration.ofHours(1);
    private long offset;
    private int locksAsked;
    private int locksReleased;
    private int fences;
    private int answers;
    private boolean leasesEnded;
    private boolean proofsWithheld;

    LoneRegion(int filesPerCall) {
        DeleterSettings defaults = DeleterSettings.DEFAULTS;
        core = new DeleterCore(
                new DeleterSettings(
                        2,
                        filesPerCall,
                        defaults.callTimeout(),
                        defaults.idleRelease(),
                        defaults.lockWait(),
                        defaults.fenceWait(),
                        defaults.lockedRegions(),
                        defaults.readAheadBytes()),
                () -> "nonce-" + fences);
        core.on(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));
    }

    void read(DeleteCommand.Builder command) {
        read(GcCommand.newBuilder()
                .setDelete(command.setDecidedAt(Times.toProto(logTime())))
                .build());
    }

    /** By the clock of the log it is that much later already; that of the commands' broker is slow. */
    void readDecidedIn(Duration length, DeleteCommand.Builder command) {
        read(GcCommand.newBuilder()
                .setDelete(command.setDecidedAt(Times.toProto(logTime().plus(length))))
                .build());
    }

    void read(RevokeCommand.Builder revoke) {
        read(GcCommand.newBuilder().setRevoke(revoke).build());
    }

    private void read(GcCommand command) {
        apply(new Input.RecordRead(PARTITION, offset++, logTime(), REGION, command, now));
    }

    /** The lock that was requested is granted, if there is one, and its fence passes; then some time does. */
    void grantAndPass() {
        grant();
        while (!nonces.isEmpty()) {
            read(GcCommand.newBuilder()
                    .setFencePassed(
                            FencePassed.newBuilder().setRegion(REGION.value()).setNonce(nonces.removeFirst()))
                    .build());
        }
        now = now.plusMillis(20);
        apply(new Input.TimePassed(now));
    }

    /** The lock that was requested is granted. */
    void grant() {
        while (!requested.isEmpty()) {
            granted.addLast(requested.removeFirst());
            apply(new Input.LockGranted(granted.getLast(), new SimpleLease(), now));
        }
    }

    /** Refuses the lock that was requested, since another deleter holds it. */
    void refuse() {
        apply(new Input.LockRefused(requested.removeFirst(), "another has it", now));
    }

    /** Another owner waits for the lock that was granted last. */
    void yieldRequested() {
        apply(new Input.YieldRequested(granted.getLast(), now));
    }

    void pass(Duration length) {
        now = now.plus(length);
        apply(new Input.TimePassed(now));
    }

    /** It is always that much by the clock of the log. */
    private Instant logTime() {
        return Instant.EPOCH.plus(now);
    }

    boolean asksForItsLock() {
        return !requested.isEmpty();
    }

    boolean hasCall() {
        return !calls.isEmpty();
    }

    StorageCall onlyCall() {
        if (calls.size() != 1) {
            throw new AssertionError("calls that wait: " + calls);
        }
        return calls.getFirst();
    }

    List<String> etagsOf(StorageCall call) {
        return call.files().stream().map(LoneRegion::etagOf).toList();
    }

    /** Those of files that are not to be touched. */
    List<String> etagsOfRevoked(StorageCall call) {
        return call.files().stream()
                .filter(Deletion::isRevoked)
                .map(LoneRegion::etagOf)
                .toList();
    }

    private static String etagOf(Deletion file) {
        return Objects.requireNonNull(file.expected().etag(), "an etag");
    }

    boolean mayStart(StorageCall call) {
        return core.mayStart(call);
    }

    boolean mayGoOn(StorageCall call) {
        return core.mayGoOn(call);
    }

    /** No lock is held any more, though no event has come of it yet. */
    void endLeases() {
        leasesEnded = true;
    }

    void notStarted(StorageCall call) {
        calls.remove(call);
        apply(new Input.CallNotStarted(call, now));
        now = now.plusMillis(20);
        apply(new Input.TimePassed(now));
    }

    /**
     * All its files are deleted, each with a detail of its own: its etag, and after an @ a number. Those that are looked
     * at only are found to be there, without a detail.
     */
    List<String> finish(StorageCall call) {
        List<String> details = call.files().stream()
                .map(file -> file.isRevoked() ? "" : etagOf(file) + "@" + ++answers)
                .toList();
        finish(
                call,
                details.stream()
                        .map(detail -> FileResult.of(detail.isEmpty() ? Outcome.REVOKED : Outcome.DELETED, detail))
                        .toList());
        return details;
    }

    /** What came of its files. */
    void finish(StorageCall call, List<FileResult> results) {
        calls.remove(call);
        apply(new Input.CallFinished(call, results, now));
    }

    int locksAsked() {
        return locksAsked;
    }

    int fences() {
        return fences;
    }

    void stop() {
        apply(new Input.Stopping());
    }

    /** From now on no offset commit succeeds but those that a test makes. */
    void withholdProofs() {
        proofsWithheld = true;
    }

    boolean awaitsProof() {
        return core.awaitsProof();
    }

    /** An offset commit begins. */
    MembershipCheck beginProof() {
        return core.membershipCheck().orElseThrow(() -> new AssertionError("no partition is assigned"));
    }

    /** It has succeeded. */
    void endProof(MembershipCheck check) {
        apply(new Input.MembershipProved(check, now));
    }

    void drop() {
        apply(new Input.PartitionDropped(PARTITION));
    }

    int locksReleased() {
        return locksReleased;
    }

    void read(ScanCommand.Builder scan) {
        read(GcCommand.newBuilder().setScan(scan.setRegion(REGION.value())).build());
    }

    /** The offset up to which everything is acknowledged. */
    long committed() {
        return committed;
    }

    List<Effect.ScanRegion> scans() {
        return scans;
    }

    List<DeletionReport> reports() {
        return reports;
    }

    private void apply(Input input) {
        for (Effect effect : core.on(input)) {
            switch (effect) {
                case Effect.AcquireLock acquire -> {
                    locksAsked++;
                    requested.add(acquire.ticket());
                }
                case Effect.ReleaseLock release -> {
                    locksReleased++;
                    requested.remove(release.ticket());
                }
                case Effect.PublishFence fence -> {
                    fences++;
                    nonces.add(fence.nonce());
                }
                case Effect.CallStorage call -> calls.add(call.call());
                case Effect.StoreHealth health -> throw new AssertionError("the store answers: " + health);
                case Effect.ScanRegion scan -> scans.add(scan);
                case Effect.Reading reading -> throw unexpected(reading);
            }
        }
        if (!proofsWithheld && core.awaitsProof()) {
            endProof(beginProof());
            return;
        }
        Optional<Finished> finished = core.finished(PARTITION, Integer.MAX_VALUE, now);
        finished.ifPresent(part -> {
            part.reports().forEach(report -> reports.add(report.report()));
            committed = part.position().nextOffset();
            apply(new Input.Committed(PARTITION, part.position(), now));
        });
    }

    private static AssertionError unexpected(Effect effect) {
        return new AssertionError("little is read, and yet: " + effect);
    }

    private final class SimpleLease implements Lease {
        @Override
        public long token() {
            return TOKEN;
        }

        @Override
        public boolean outlasts(Duration length) {
            return !leasesEnded;
        }
    }
}
