package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.RevokeCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A core with regions in several stores; locks and fences come at once, storage calls end when a test ends them. */
final class SeveralStores {

    static final int PARTITION = 0;

    private final DeleterSettings settings;
    private final DeleterCore core;
    private final List<StorageCall> calls = new ArrayList<>();
    private final Set<String> locked = new LinkedHashSet<>();
    private final List<String> reported = new ArrayList<>();
    private final List<Effect.StoreHealth> health = new ArrayList<>();
    private Duration now = Duration.ofHours(1);
    private long offset;
    private int commands;
    private int nonces;

    SeveralStores(int callsOfAStore, int locksOfAStore) {
        DeleterSettings defaults = DeleterSettings.DEFAULTS;
        settings = new DeleterSettings(
                callsOfAStore,
                10,
                defaults.callTimeout(),
                defaults.idleRelease(),
                defaults.lockWait(),
                defaults.fenceWait(),
                locksOfAStore,
                defaults.readAheadBytes());
        core = new DeleterCore(settings, () -> "nonce-" + ++nonces);
        core.on(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));
    }

    DeleterSettings settings() {
        return settings;
    }

    /** Reads a command with one file. Returns its id. */
    String condemn(String store, String region) {
        String id = "c" + ++commands;
        read(
                RegionId.of(region),
                GcCommand.newBuilder()
                        .setDelete(JoinedCommandsTest.command(id, "a")
                                .setStore(store)
                                .setRegion(region)
                                .setDecidedAt(Times.toProto(Instant.EPOCH)))
                        .build());
        return id;
    }

    /** Reads a revoke of all files of the region. */
    void revoke(String region) {
        read(
                RegionId.of(region),
                GcCommand.newBuilder()
                        .setRevoke(RevokeCommand.newBuilder().setRegion(region).setPathPrefix(""))
                        .build());
    }

    private void read(RegionId region, GcCommand command) {
        apply(new Input.RecordRead(PARTITION, offset++, Instant.EPOCH.plus(now), region, command, now));
    }

    /** The calls of the store that are under way. */
    List<StorageCall> calls(String store) {
        return calls.stream().filter(call -> call.store().equals(store)).toList();
    }

    List<String> regionsCalled(String store) {
        return calls(store).stream().map(call -> call.root().region().value()).toList();
    }

    /** Ends the first call of the store, with one outcome of all files. */
    void finish(String store, Outcome outcome) {
        StorageCall call = calls(store).getFirst();
        calls.remove(call);
        FileResult result = FileResult.of(outcome, "the result of a test");
        apply(new Input.CallFinished(call, Collections.nCopies(call.files().size(), result), now));
    }

    void pass(Duration length) {
        now = now.plus(length);
        apply(new Input.TimePassed(now));
    }

    /** The partition is assigned anew, and its commands are not delivered again. */
    void reassign() {
        apply(new Input.PartitionDropped(PARTITION));
        apply(new Input.PartitionAssigned(PARTITION, CommandPosition.at(offset)));
    }

    /** The regions whose lock is held. */
    Set<String> locked() {
        return locked;
    }

    /** Returns the changes of stores since the last call of this method. */
    List<Effect.StoreHealth> health() {
        List<Effect.StoreHealth> changes = List.copyOf(health);
        health.clear();
        return changes;
    }

    /** The commands whose reports were committed, in their order. */
    List<String> reported() {
        return reported;
    }

    private void apply(Input input) {
        for (Effect effect : core.on(input)) {
            switch (effect) {
                case Effect.AcquireLock acquire -> {
                    locked.add(acquire.ticket().region().value());
                    apply(new Input.LockGranted(acquire.ticket(), new EndlessLease(), now));
                }
                case Effect.PublishFence fence ->
                    read(
                            fence.ticket().region(),
                            GcCommand.newBuilder()
                                    .setFencePassed(FencePassed.newBuilder()
                                            .setRegion(fence.ticket().region().value())
                                            .setNonce(fence.nonce()))
                                    .build());
                case Effect.CallStorage call -> calls.add(call.call());
                case Effect.ReleaseLock release ->
                    locked.remove(release.ticket().region().value());
                case Effect.StoreHealth change -> health.add(change);
                case Effect.ScanRegion scan -> throw new AssertionError("nobody requests a scan here: " + scan);
                case Effect.Reading reading -> throw new AssertionError("little is read, and yet: " + reading);
            }
        }
        if (core.awaitsProof()) {
            apply(new Input.MembershipProved(core.membershipCheck().orElseThrow(), now));
            return;
        }
        Optional<Finished> finished = core.finished(PARTITION, Integer.MAX_VALUE, now);
        finished.ifPresent(part -> {
            part.reports().forEach(report -> reported.add(report.report().getCommandId()));
            apply(new Input.Committed(PARTITION, part.position(), now));
        });
    }
}
