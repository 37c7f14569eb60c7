package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.TopicContents;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The race that the fence is there for (I4): a condemned file comes back to life while nobody folds the log. */
@Tag("long")
final class ExclusiveHolderIT {
    private static final RegionId REGION = RegionId.of("r1");

    @TempDir
    private Path dir;

    private final EmbeddedBroker broker = EmbeddedBroker.startTemporary();

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void aFileThatTheHolderMadeLiveAgainWhileGcStreamsWasDownStays() throws Exception {
        Path store = Files.createDirectories(dir.resolve("store"));
        Path root = Files.createDirectories(store.resolve(REGION.value()));
        Path back = Files.writeString(root.resolve("back.sst"), "comes back to life");
        Path garbage = Files.writeString(root.resolve("garbage.sst"), "does not");
        try (Deployment deployment = new Deployment(dir, broker.bootstrapServers(), Map.of("main", store));
                SextonClient migration = SextonClient.builder(broker.bootstrapServers())
                        .name("migration")
                        .build()) {
            deployment.makeTopics(1);
            for (String service : List.of("streams", "coordinator", "deleter")) {
                deployment.start(service, service);
            }
            deployment.awaitReady("streams", "coordinator", "deleter");
            RegionLock exclusive = migration
                    .locks()
                    .acquire(
                            REGION,
                            LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofSeconds(60))
                                    .maxWait(Duration.ofSeconds(60)));
            migration.operator().setPolicy("", shortLinger());
            RegionWriter writer =
                    migration.publisher().openRegion(REGION, 1, RegionSettings.of("main", REGION.value()), 0);
            publish(writer, 0, List.of("back.sst", "garbage.sst"), List.of());
            publish(writer, 1, List.of(), List.of("back.sst", "garbage.sst"));
            deployment.await(
                    "both files are condemned",
                    () -> !records(Topics.DELETE_COMMANDS).isEmpty());

            deployment.stop("streams");
            publish(writer, 2, List.of("back.sst"), List.of());
            exclusive.close();
            Thread.sleep(Duration.ofSeconds(10));
            assertThat(List.of(back, garbage))
                    .as("the deleter has the lock, but its fence has not passed")
                    .allMatch(Files::exists);
            deployment.start("streams", "streams");

            deployment.await("the other file is deleted", () -> Files.notExists(garbage));
            deployment.await(
                    "both are reported", () -> outcomeOf("back.sst") != null && outcomeOf("garbage.sst") != null);
            assertThat(outcomeOf("back.sst")).isEqualTo(Outcome.REVOKED);
            assertThat(outcomeOf("garbage.sst")).isEqualTo(Outcome.DELETED);
            assertThat(back).hasContent("comes back to life");
            writer.close();
        }
    }

    private static Policy shortLinger() {
        return Policy.newBuilder()
                .setObsoleteLinger(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build();
    }

    private static void publish(RegionWriter writer, long base, List<String> added, List<String> removed)
            throws Exception {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(base + 1)
                .addAllRemoved(removed);
        added.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path)));
        writer.edit(edit.build());
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return TopicContents.of(broker.bootstrapServers(), topic);
    }

    private @Nullable Outcome outcomeOf(String path) {
        return records(Topics.EVENTS).stream()
                .map(record -> event(record).getDeletionReport())
                .map(DeletionReport::getOutcomesList)
                .flatMap(List::stream)
                .filter(outcome -> outcome.getPath().equals(path))
                .map(FileOutcome::getOutcome)
                .findFirst()
                .orElse(null);
    }

    private static RegionEvent event(ConsumerRecord<byte[], byte[]> record) {
        try {
            return RegionEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
