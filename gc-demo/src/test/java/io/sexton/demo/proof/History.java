package io.sexton.demo.proof;

import com.google.protobuf.Duration;
import io.sexton.demo.proof.Condemnations.Name;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.Outcome;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.Policy;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log of one region that a test writes record by record, each at a chosen second. */
final class History {

    static final String REGION = "r1";
    static final FilePath FILE = FilePath.of("000001.sst");
    static final int LINGER = 3;
    static final int LEASE = 1;

    static final Policy POLICY = Policy.newBuilder()
            .setObsoleteLinger(Duration.newBuilder().setSeconds(LINGER))
            .setTempLinger(Duration.newBuilder().setSeconds(LINGER))
            .setRetention(Duration.newBuilder().setSeconds(LINGER))
            .build();

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Logged<RegionEvent>> events = new ArrayList<>();
    private final List<Logged<GcCommand>> commands = new ArrayList<>();
    private final List<Logged<Notice>> notices = new ArrayList<>();
    private final List<Logged<LockRequest>> lockRequests = new ArrayList<>();
    private final List<Logged<LockEvent>> lockEvents = new ArrayList<>();
    private int deadLetters;

    static Instant at(double second) {
        return BEGIN.plusMillis((long) (second * 1000));
    }

    /** Returns the offset of the next event. */
    long nextOffset() {
        return events.size();
    }

    History event(double second, RegionEvent.Builder event) {
        events.add(new Logged<>(
                0, nextOffset(), at(second), event.setRegion(REGION).build()));
        return this;
    }

    History removes(double second, FilePath path) {
        return event(
                second,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder().addRemoved(path.value())));
    }

    /** Adds a tick of a process that has just begun. */
    History tick(double second, double wall) {
        return event(
                second,
                RegionEvent.newBuilder()
                        .setTick(Tick.newBuilder()
                                .setTicker("ticker-" + nextOffset())
                                .setWallClock(Times.toProto(at(wall)))));
    }

    /** Adds a tick at the next offset that decides to delete {@link #FILE}. */
    History condemns(Reason reason, double since, double decided, long evidence) {
        String id = "0-" + nextOffset() + "-0";
        tick(decided, decided);
        DeleteCommand command = DeleteCommand.newBuilder()
                .setRegion(REGION)
                .setCommandId(id)
                .setDecidedAt(Times.toProto(at(decided)))
                .addFiles(CondemnedFile.newBuilder()
                        .setFile(FileRef.newBuilder().setPath(FILE.value()))
                        .setReason(reason)
                        .setSince(Times.toProto(at(since)))
                        .setEvidenceOffset(evidence))
                .build();
        commands.add(new Logged<>(
                0,
                commands.size(),
                at(decided + 0.1),
                GcCommand.newBuilder().setDelete(command).build()));
        return this;
    }

    String lastCommandId() {
        return commands.get(commands.size() - 1).value().getDelete().getCommandId();
    }

    History reports(double second, String commandId, FilePath path, Outcome outcome) {
        return event(
                second,
                RegionEvent.newBuilder()
                        .setDeletionReport(DeletionReport.newBuilder()
                                .setCommandId(commandId)
                                .addOutcomes(FileOutcome.newBuilder()
                                        .setPath(path.value())
                                        .setOutcome(outcome))));
    }

    /** Adds a reader's pin, accepted, with a ttl of five seconds. */
    History pins(double second, String reader) {
        notices.add(new Logged<>(
                0,
                notices.size(),
                at(second + 0.1),
                Notice.newBuilder()
                        .setPinVerdict(PinVerdict.newBuilder()
                                .setReaderId(reader)
                                .setAccepted(true)
                                .setOffset(nextOffset()))
                        .build()));
        return event(
                second,
                RegionEvent.newBuilder()
                        .setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId(reader)
                                .setTtl(Duration.newBuilder().setSeconds(5))));
    }

    History finishes(double second, String reader) {
        return event(
                second,
                RegionEvent.newBuilder()
                        .setQueryFinished(QueryFinished.newBuilder().setReaderId(reader)));
    }

    History notice(Notice.Builder notice) {
        notices.add(new Logged<>(0, notices.size(), BEGIN, notice.build()));
        return this;
    }

    /** Adds an answer; a grant's request is at the offset that its token names. */
    History lock(double second, long token, LockEvent.Builder event) {
        if (event.hasGranted()) {
            requests(
                    second,
                    token,
                    "owner-" + token,
                    "request-" + token,
                    LockRequest.newBuilder()
                            .setAcquire(LockRequest.Acquire.newBuilder()
                                    .setMode(event.getGranted().getMode())
                                    .setLease(Duration.newBuilder().setSeconds(LEASE))));
        }
        return answers(second, token, "owner-" + token, "request-" + token, event);
    }

    History requests(double second, long offset, String owner, String id, LockRequest.Builder request) {
        lockRequests.add(new Logged<>(
                0,
                offset,
                at(second),
                request.setRegion(REGION).setOwner(owner).setRequestId(id).build()));
        return this;
    }

    History answers(double second, long token, String owner, String id, LockEvent.Builder event) {
        lockEvents.add(new Logged<>(
                0,
                lockEvents.size(),
                at(second),
                event.setRegion(REGION)
                        .setOwner(owner)
                        .setRequestId(id)
                        .setToken(token)
                        .build()));
        return this;
    }

    History deadLetter() {
        deadLetters++;
        return this;
    }

    AuditLog log() {
        return new AuditLog(events, commands, notices, lockRequests, lockEvents, deadLetters);
    }

    Condemnations condemnations() {
        return condemnations(POLICY);
    }

    Condemnations condemnations(Policy policy) {
        return Condemnations.of(commands, new RegionPolicies(policy, Map.of()));
    }

    /** Returns an observed deletion of {@link #FILE}. */
    static Deletion gone(double second) {
        return new Deletion(new Name(REGION, FILE), 10, at(second - 0.05), at(second));
    }
}
