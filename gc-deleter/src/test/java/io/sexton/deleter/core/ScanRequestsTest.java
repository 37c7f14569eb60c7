package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.RegionId;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Reason;
import io.sexton.v1.ScanCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a ScanCommand among the commands of its partition. */
final class ScanRequestsTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final int PARTITION = 0;
    private static final Effect.ScanRegion WANTED = new Effect.ScanRegion("main", new RegionRoot(REGION, "root"));

    @Test
    void acknowledgesARequestAtOnceAndHandsItOn() {
        LoneRegion region = new LoneRegion(10);

        region.read(ScanCommand.newBuilder().setStore("main").setRoot("root"));

        assertThat(region.scans()).hasSize(1);
        assertThat(region.scans().getFirst().store()).isEqualTo("main");
        assertThat(region.scans().getFirst().root().root()).isEqualTo("root");
        assertThat(region.committed()).isEqualTo(1);
        assertThat(region.asksForItsLock())
                .as("the scanner has a lock of its own")
                .isFalse();
    }

    /** While it is passed over, more of the partition would be read again with it. */
    @Test
    void handsOnARequestThatWasPassedOverOnceOnly() {
        DeleterCore core = new DeleterCore(readsAheadOneCommand(), () -> "nonce");
        List<Effect> effects = new ArrayList<>();
        core.on(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));
        read(core, 0, delete("1"), effects);
        LockTicket ticket = only(effects, Effect.AcquireLock.class).ticket();
        effects.addAll(core.on(new Input.LockGranted(ticket, new LongLease(), Duration.ZERO)));
        read(core, 1, delete("2"), effects);
        read(core, 2, scan(), effects);
        assertThat(effects).as("the memory is full").noneMatch(Effect.ScanRegion.class::isInstance);
        read(
                core,
                3,
                GcCommand.newBuilder()
                        .setFencePassed(FencePassed.newBuilder()
                                .setRegion(REGION.value())
                                .setNonce("nonce"))
                        .build(),
                effects);
        effects.addAll(core.on(new Input.MembershipProved(core.membershipCheck().orElseThrow(), Duration.ZERO)));
        StorageCall call = only(effects, Effect.CallStorage.class).call();
        assertThat(core.mayStart(call)).isTrue();
        effects.addAll(core.on(new Input.CallFinished(call, List.of(FileResult.retryable("later")), Duration.ZERO)));
        Finished finished = core.finished(PARTITION, 10, Duration.ZERO).orElseThrow();
        effects.addAll(core.on(new Input.Committed(PARTITION, finished.position(), Duration.ZERO)));
        assertThat(only(effects, Effect.SeekTo.class).offset()).isEqualTo(1);
        effects.addAll(core.on(new Input.SeekDone(PARTITION, Duration.ZERO)));

        read(core, 1, delete("2"), effects);
        read(core, 2, scan(), effects);

        assertThat(effects).containsOnlyOnce(WANTED);
    }

    private static void read(DeleterCore core, long offset, GcCommand command, List<Effect> effects) {
        effects.addAll(core.on(new Input.RecordRead(PARTITION, offset, Instant.EPOCH, REGION, command, Duration.ZERO)));
    }

    private static <E extends Effect> E only(List<Effect> effects, Class<E> type) {
        List<E> found =
                effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static GcCommand scan() {
        return GcCommand.newBuilder()
                .setScan(ScanCommand.newBuilder()
                        .setRegion(REGION.value())
                        .setStore("main")
                        .setRoot("root"))
                .build();
    }

    private static GcCommand delete(String id) {
        return GcCommand.newBuilder()
                .setDelete(DeleteCommand.newBuilder()
                        .setRegion(REGION.value())
                        .setCommandId(id)
                        .setStore("main")
                        .setRoot("root")
                        .setDisposition(Disposition.DELETE)
                        .addFiles(CondemnedFile.newBuilder()
                                .setFile(FileRef.newBuilder().setPath("1").setEtag("e"))
                                .setReason(Reason.REGION_GONE)))
                .build();
    }

    private static DeleterSettings readsAheadOneCommand() {
        Duration second = Duration.ofSeconds(1);
        return new DeleterSettings(1, 10, second, second, second, second, 10, 1);
    }

    private record LongLease() implements Lease {
        @Override
        public long token() {
            return 1;
        }

        @Override
        public boolean outlasts(Duration length) {
            return true;
        }
    }
}
