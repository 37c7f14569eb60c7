package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.TopicContents;
import io.sexton.client.CompactionScope;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.FileRef;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.RegionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deleter that is cut off from its group coordinator alone has a command in memory, gets everything else from the
 * brokers, and does not know that another one has the partition. What that one has deleted is written anew and live: the
 * first must never delete it, however long it is cut off (I1): here {@code -Dcutoff.minutes}.
 */
@Tag("long")
final class CutOffDeleterIT {

    private static final RegionId REGION = RegionId.of("r1");
    private static final FilePath PATH = FilePath.of("f.sst");

    /** Longer than a session, a lease and the time-out of a transaction: after each of them a member alone is out. */
    private static final Duration CUT =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("cutoff.minutes", "1.5"))));

    private static final Duration NOT_READY_AFTER = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private final EmbeddedBroker broker = EmbeddedBroker.startTemporary();

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void aFileThatAnotherDeleterDeletedAndThatIsLiveAgainStays() throws Exception {
        Path store = Files.createDirectories(dir.resolve("store"));
        Path root = Files.createDirectories(store.resolve(REGION.value()));
        Path file = Files.writeString(root.resolve(PATH.value()), "obsolete");
        Path other = Files.writeString(root.resolve("g.sst"), "garbage for later");
        try (Deployment deployment = new Deployment(dir, broker.bootstrapServers(), Map.of("main", store));
                CoordinatorProxy proxy = new CoordinatorProxy("127.0.0.1", broker.bootstrapServers());
                SextonClient database = SextonClient.builder(broker.bootstrapServers())
                        .name("database")
                        .build()) {
            deployment.makeTopics(1);
            deployment.route("deleter-1", proxy.bootstrapServers());
            deployment.start("streams", "streams");
            deployment.start("coordinator", "coordinator");
            deployment.start("deleter", "deleter-1");
            deployment.awaitReady("streams", "coordinator", "deleter-1");
            RegionLock exclusive = exclusive(database);
            database.operator().setPolicy("", shortLinger());
            RegionWriter writer =
                    database.publisher().openRegion(REGION, 1, RegionSettings.of("main", REGION.value()), 0);
            edit(writer, 0, List.of(PATH.value(), "g.sst"), List.of());
            edit(writer, 1, List.of(), List.of(PATH.value()));
            deployment.await("the first deleter has the command and waits for the lock", () -> isQueued("deleter-1"));

            proxy.cut();
            deployment.start("deleter", "deleter-2");
            deployment.await("the second deleter has the command and waits for the lock", () -> isQueued("deleter-2"));
            exclusive.close();
            deployment.await("it deletes the file", () -> reportsOf("deleter-2").anyMatch(Outcome.DELETED::equals));
            try (CompactionScope compaction = writer.startCompaction("c1", List.of(PATH), Duration.ofMinutes(30))) {
                Files.writeString(file, "live");
                compaction.complete(added(2, List.of(PATH.value())));
            }

            hold(deployment, file);
            assertThat(proxy.swallowed()).isPositive();
            assertThat(deployment.said("deleter-1"))
                    .contains(
                            "cannot reach group coordinator of 'sexton-deleter': no deletion starts until it answers");
            assertThat(reportsOf("deleter-1")).isEmpty();
            proxy.mend();
            deployment.awaitReady("deleter-1");
            deployment.stop("deleter-2");
            edit(writer, 3, List.of(), List.of("g.sst"));
            deployment.await("the first deleter works again", () -> Files.notExists(other));
            assertThat(file).hasContent("live");
            writer.close();
        }
    }

    private void hold(Deployment deployment, Path file) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < CUT.toNanos()) {
            assertThat(file).hasContent("live");
            deployment.requireAlive("deleter-1");
            if (System.nanoTime() - begin > NOT_READY_AFTER.toNanos()) {
                assertThat(deployment.isReady("deleter-1")).isFalse();
            }
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    private static RegionLock exclusive(SextonClient database) throws Exception {
        return database.locks()
                .acquire(
                        REGION,
                        LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofSeconds(60))
                                .maxWait(Duration.ofSeconds(60)));
    }

    private static Policy shortLinger() {
        return Policy.newBuilder()
                .setObsoleteLinger(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build();
    }

    private static void edit(RegionWriter writer, long base, List<String> added, List<String> removed)
            throws Exception {
        writer.edit(added(base, added).toBuilder().addAllRemoved(removed).build());
    }

    private static ManifestEdit added(long base, List<String> paths) {
        ManifestEdit.Builder edit =
                ManifestEdit.newBuilder().setBaseVersion(base).setVersion(base + 1);
        paths.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path)));
        return edit.build();
    }

    private boolean isQueued(String deleter) {
        return records(Topics.LOCK_EVENTS, LockEvent.parser())
                .anyMatch(event -> event.hasQueued() && event.getOwner().startsWith(deleter));
    }

    private Stream<Outcome> reportsOf(String deleter) {
        return records(Topics.EVENTS, RegionEvent.parser())
                .filter(event -> event.getProducer().equals(deleter))
                .flatMap(event -> event.getDeletionReport().getOutcomesList().stream())
                .map(outcome -> outcome.getOutcome());
    }

    private <T extends MessageLite> Stream<T> records(String topic, Parser<T> parser) {
        return TopicContents.of(broker.bootstrapServers(), topic).stream().map(record -> {
            try {
                return parser.parseFrom(record.value());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        });
    }
}
