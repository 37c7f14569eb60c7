package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The services and the command line against the Kafka image that docker-compose.yml names. */
@Tag("docker")
final class KafkaImageIT {
    private static final String IMAGE = "apache/kafka:4.3.1";

    @TempDir
    private Path dir;

    @Test
    void deletesAFileAfterPublishedEvents() throws Exception {
        requireImage();
        Path store = Files.createDirectories(dir.resolve("store"));
        Path root = Files.createDirectories(store.resolve("r1"));
        List<Path> obsolete = List.of(root.resolve("a.sst"), root.resolve("b.sst"));
        Path live = Files.writeString(root.resolve("c.sst"), "data");
        for (Path file : obsolete) {
            Files.writeString(file, "data");
        }
        try (KafkaContainer kafka = new KafkaContainer(DockerImageName.parse(IMAGE))) {
            kafka.start();
            try (Deployment deployment = new Deployment(dir, kafka.getBootstrapServers(), Map.of("main", store))) {
                deployment.makeTopics(4);
                for (String service : List.of("streams", "coordinator", "deleter")) {
                    deployment.start(service, service);
                }
                deployment.awaitReady("streams", "coordinator", "deleter");
                Path events = Path.of(System.getProperty("sexton.home"), "docs/examples/first-delete.jsonl");

                Sexton.Run published =
                        Sexton.run("publish", events.toString(), "--bootstrap-server", kafka.getBootstrapServers());

                assertThat(published.exitCode()).as(published.err()).isEqualTo(ExitCode.DONE);
                deployment.await(
                        "the obsolete files are deleted",
                        () -> obsolete.stream().noneMatch(Files::exists));
                assertThat(live).exists();
            }
        }
    }

    /** Pulls nothing: a test must not depend on the current state of a registry. */
    private static void requireImage() {
        String missing = "";
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            missing = "no Docker engine";
        } else if (DockerClientFactory.instance()
                .client()
                .listImagesCmd()
                .withReferenceFilter(IMAGE)
                .exec()
                .isEmpty()) {
            missing = "no image " + IMAGE + " (docker pull " + IMAGE + ")";
        }
        if (!missing.isEmpty()) {
            System.out.println("KafkaImageIT skipped: " + missing);
        }
        assumeTrue(missing.isEmpty(), missing);
    }
}
