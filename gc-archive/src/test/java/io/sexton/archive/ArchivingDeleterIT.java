package io.sexton.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.client.SextonClient;
import io.sexton.deleter.app.DeleterConfiguration;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.service.ConfigFile;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as users configure it, among the real services. */
final class ArchivingDeleterIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final RegionId REGION = RegionId.of("r1");

    @TempDir
    private Path dir;

    @Test
    void archivesCheckpointsByAgeInARegionThatHasNoManifest() throws Exception {
        Path old = file("host-1/1.json", """
                {"from": 0, "metrics": {"cpu": {"frequency": 1000, "start": 0, "data": [1, 2]}}}""");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path young = file("host-1/2.json", "data");
        Path archives = Files.createDirectory(dir.resolve("archives"));
        Files.createFile(archives.resolve(".marker"));
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            createTopics(broker);
            DeleterOptions options = configured(broker, archives);
            FileStore store = Objects.requireNonNull(options.stores().get("main"));
            try (FoldRuntime coordinator =
                            CoordinatorService.start(fold(broker, "locks"), TICK, new SimpleMeterRegistry());
                    FoldRuntime streams = StreamsService.start(
                            fold(broker, "streams"), TICK, ConfiguredPolicies.NONE, new SimpleMeterRegistry());
                    DeleterService deleter = DeleterService.start(options, new SimpleMeterRegistry());
                    SextonClient client = options.openClient()) {
                openRegion(broker);
                RegionRoot root = store.rootOf(REGION).orElseThrow();

                assertThat(options.scanner(client)
                                .scan(store, root, length -> Optional.empty())
                                .files())
                        .isEqualTo(2);

                await("the old checkpoint is archived").atMost(TIMEOUT).until(() -> !Files.exists(old));
                assertThat(archives.resolve("r-" + REGION.value() + "/1970-01-01T00-00-00Z.parquet"))
                        .isNotEmptyFile();
                assertThat(young).exists();
                await("all services are ready")
                        .atMost(TIMEOUT)
                        .until(() -> coordinator.isReady() && streams.isReady() && deleter.isReady());
            }
        }
    }

    private Path file(String path, String content) throws IOException {
        Path file = dir.resolve("store").resolve(REGION.value()).resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private DeleterOptions configured(EmbeddedBroker broker, Path archives) throws IOException {
        Path file = Files.writeString(
                dir.resolve("deleter.yaml"), """
                sexton:
                  bootstrap-servers: %s
                  single-broker: true
                  instance: deleter-1
                  stores:
                    main:
                      type: local
                      path: %s
                      root-shape: "{region}"
                      archive:
                        kind: parquet
                        path: %s
                        marker: .marker
                """.formatted(broker.bootstrapServers(), dir.resolve("store"), archives));
        return DeleterOptions.of(ConfigFile.load(file, DeleterConfiguration.class, Map.of()));
    }

    private static void createTopics(EmbeddedBroker broker) {
        try (TopicAdmin admin = new TopicAdmin(client(broker), TIMEOUT)) {
            var unused = admin.create(TopicSettings.singleBroker(1));
        }
    }

    private static Map<String, Object> client(EmbeddedBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private FoldSettings fold(EmbeddedBroker broker, String name) {
        return new FoldSettings(
                "sexton-" + name,
                broker.bootstrapServers(),
                true,
                dir.resolve(name),
                1,
                Duration.ofMillis(100),
                8 << 20,
                32 << 20,
                16 << 20,
                Map.of());
    }

    private static void openRegion(EmbeddedBroker broker) {
        Policy policy = Policy.newBuilder()
                .setRetention(com.google.protobuf.Duration.newBuilder().setSeconds(3600))
                .setDisposition(Disposition.ARCHIVE)
                .build();
        RegionEvent set = RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder().setPolicy(policy))
                .build();
        RegionEvent opened = RegionEvent.newBuilder()
                .setRegion(REGION.value())
                .setProducer("test")
                .setRegionOpened(RegionOpened.newBuilder()
                        .setStore("main")
                        .setRoot(REGION.value())
                        .setRetentionOnly(true))
                .build();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(broker), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> each : List.of(
                    new ProducerRecord<>(Topics.EVENTS, new byte[0], set.toByteArray()),
                    new ProducerRecord<>(Topics.EVENTS, REGION.toKey(), opened.toByteArray()))) {
                var unused = producer.send(each);
            }
        }
    }
}
