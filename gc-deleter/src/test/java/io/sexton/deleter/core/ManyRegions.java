package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import java.time.Duration;
import java.time.Instant;

/** A core with many regions, each of which has a command, its lock and a fence that has passed. */
final class ManyRegions {

    private static final int PARTITION = 0;

    private final Duration now = Duration.ofHours(1);
    private final DeleterCore core;
    private long offset;
    private int calls;

    ManyRegions(int count) {
        DeleterSettings defaults = DeleterSettings.DEFAULTS;
        core = new DeleterCore(
                new DeleterSettings(
                        count,
                        10,
                        defaults.callTimeout(),
                        defaults.idleRelease(),
                        defaults.lockWait(),
                        defaults.fenceWait(),
                        count,
                        defaults.readAheadBytes()),
                () -> "nonce");
        core.on(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));
        for (int i = 0; i < count; i++) {
            RegionId region = RegionId.of("r" + i);
            read(
                    region,
                    GcCommand.newBuilder()
                            .setDelete(JoinedCommandsTest.command("c" + i, "a")
                                    .setRegion(region.value())
                                    .setDecidedAt(Times.toProto(Instant.EPOCH)))
                            .build());
        }
    }

    private void read(RegionId region, GcCommand command) {
        apply(new Input.RecordRead(PARTITION, offset++, Instant.EPOCH.plus(now), region, command, now));
    }

    /** Proves membership as long as some grant waits for it. Returns how many commits that took. */
    int prove() {
        int commits = 0;
        while (core.awaitsProof()) {
            commits++;
            apply(new Input.MembershipProved(core.membershipCheck().orElseThrow(), now));
        }
        return commits;
    }

    int calls() {
        return calls;
    }

    private void apply(Input input) {
        for (Effect effect : core.on(input)) {
            switch (effect) {
                case Effect.AcquireLock acquire ->
                    apply(new Input.LockGranted(acquire.ticket(), new EndlessLease(), now));
                case Effect.PublishFence fence ->
                    read(
                            fence.ticket().region(),
                            GcCommand.newBuilder()
                                    .setFencePassed(FencePassed.newBuilder()
                                            .setRegion(fence.ticket().region().value())
                                            .setNonce(fence.nonce()))
                                    .build());
                case Effect.CallStorage call -> calls++;
                case Effect.ReleaseLock release -> throw new AssertionError("every region has work: " + release);
                case Effect.StoreHealth health -> throw new AssertionError("the store answers: " + health);
                case Effect.ScanRegion scan -> throw new AssertionError("nobody requests a scan here: " + scan);
                case Effect.Reading reading -> throw new AssertionError("little is read, and yet: " + reading);
            }
        }
    }
}
