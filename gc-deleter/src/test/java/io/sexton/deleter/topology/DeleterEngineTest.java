package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.Input;
import io.sexton.proto.RegionId;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeleterEngineTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final int PARTITION = 0;

    private final FreeLocks locks = new FreeLocks(new CountDownLatch(1));
    private final DeleterCore core = new DeleterCore(readsAheadOneCommand(), () -> "nonce");
    private final DeleterEngine engine = new DeleterEngine(
            "deleter",
            core,
            core,
            new DeleterEngine.Ports(
                    locks,
                    (fence, onFailure) -> {},
                    (call, guard, done) -> {},
                    (store, root) -> {},
                    Runnable::run,
                    health -> {},
                    () -> Duration.ZERO),
            Duration.ofSeconds(10));

    @AfterEach
    void close() {
        locks.close();
    }

    /** Else the partition, assigned again, would be paused for good, or be read from where the core was before. */
    @Test
    void whatTheConsumerWasToDoForAnAssignmentEndsWithIt() {
        assignAndRead();
        assertThat(engine.nextForConsumer()).contains(new Effect.PauseReading(PARTITION));
        engine.drop(PARTITION);

        assignAndRead();
        engine.drop(PARTITION);
        engine.submit(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));

        assertThat(engine.nextForConsumer()).isEmpty();
    }

    private void assignAndRead() {
        engine.submit(new Input.PartitionAssigned(PARTITION, CommandPosition.at(0)));
        engine.submit(new Input.RecordRead(PARTITION, 0, Instant.EPOCH, REGION, command(), Duration.ZERO));
    }

    private static GcCommand command() {
        return GcCommand.newBuilder()
                .setDelete(DeleteCommand.newBuilder()
                        .setRegion(REGION.value())
                        .setCommandId("0-1-0")
                        .setStore("main")
                        .setRoot("r1")
                        .setDisposition(Disposition.DELETE)
                        .addFiles(CondemnedFile.newBuilder()
                                .setFile(FileRef.newBuilder().setPath("a"))
                                .setReason(Reason.REGION_GONE)))
                .build();
    }

    private static DeleterSettings readsAheadOneCommand() {
        DeleterSettings defaults = DeleterSettings.DEFAULTS;
        return new DeleterSettings(
                defaults.parallelCalls(),
                defaults.filesPerCall(),
                defaults.callTimeout(),
                defaults.idleRelease(),
                defaults.lockWait(),
                defaults.fenceWait(),
                defaults.lockedRegions(),
                1);
    }
}
