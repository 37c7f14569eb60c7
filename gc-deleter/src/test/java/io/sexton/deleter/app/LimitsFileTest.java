package io.sexton.deleter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sexton.deleter.core.Condemnation;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.service.ConfigFile;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitsFileTest {

    @TempDir
    private Path dir;

    private DeleterConfiguration configuration() throws IOException {
        Path file = Files.writeString(dir.resolve("deleter.yaml"), """
                sexton:
                  bootstrap-servers: localhost:9092
                  stores:
                    main:
                      path: %s/store
                      root-shape: "{region}"
                  limits:
                    file: %s/limits.properties
                """.formatted(dir, dir));
        return ConfigFile.load(file, DeleterConfiguration.class, Map.of());
    }

    private Outcome delete(FileStore store) {
        return result(store).outcome();
    }

    private FileResult result(FileStore store) {
        Deletion deletion = new Deletion(
                FilePath.of("absent"),
                new Expectation(null, null, null, null),
                false,
                new Condemnation(Reason.OBSOLETE, Instant.EPOCH, Instant.EPOCH));
        return store.deleteMany(new RegionRoot(RegionId.of("r1"), "r1"), List.of(deletion), length -> Optional.empty())
                .getFirst();
    }

    private void awaitOutcome(FileStore store, Outcome outcome) {
        await("the limit takes effect")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(20))
                .until(() -> delete(store) == outcome);
    }

    @Test
    void stopsAndResumesByTheFile() throws IOException {
        Files.createDirectories(dir.resolve("store/r1"));
        Path limits = Files.writeString(dir.resolve("limits.properties"), "files-per-second=0\n");
        FileStore store = Objects.requireNonNull(
                DeleterOptions.of(configuration()).stores().get("main"));

        assertThat(delete(store)).isEqualTo(Outcome.FAILED_RETRYABLE);
        Files.writeString(limits, "files-per-second=1000\n");
        awaitOutcome(store, Outcome.ALREADY_ABSENT);
        Files.writeString(limits, "main.files-per-second=0\n");
        awaitOutcome(store, Outcome.FAILED_RETRYABLE);
        Files.delete(limits);
        awaitOutcome(store, Outcome.ALREADY_ABSENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files-per-second",
                "files-per-second=fast",
                "file-per-second=1000",
                "files-per-second=1000\nfiles-per-second=0",
                "files-per-second=1000\n# \u00fc as Latin-1",
                "files-per-second=\\u00zz"
            })
    void nothingIsDeletedWhileTheFileCannotBeReadAsAWhole(String broken) throws IOException {
        Files.createDirectories(dir.resolve("store/r1"));
        Path limits = Files.writeString(dir.resolve("limits.properties"), "files-per-second=1000\n");
        FileStore store = Objects.requireNonNull(
                DeleterOptions.of(configuration()).stores().get("main"));
        assertThat(delete(store)).isEqualTo(Outcome.ALREADY_ABSENT);

        Files.write(limits, broken.getBytes(StandardCharsets.ISO_8859_1));

        awaitOutcome(store, Outcome.FAILED_RETRYABLE);
        assertThat(result(store).detail()).contains(limits.toString(), "cannot be read as a whole");
        Files.writeString(limits, "files-per-second=1000\n");
        awaitOutcome(store, Outcome.ALREADY_ABSENT);
    }

    @Test
    void startsStoppedOnAFileThatIsADirectory() throws IOException {
        Files.createDirectories(dir.resolve("store/r1"));
        Path limits = Files.createDirectory(dir.resolve("limits.properties"));
        FileStore store = Objects.requireNonNull(
                DeleterOptions.of(configuration()).stores().get("main"));

        assertThat(delete(store)).isEqualTo(Outcome.FAILED_RETRYABLE);
        Files.delete(limits);
        awaitOutcome(store, Outcome.ALREADY_ABSENT);
    }

    @Test
    void namesTheLineThatIsWrongAndChangesNothing() throws IOException {
        DeleterConfiguration configuration = configuration();
        StoreLimits limits = new StoreLimits(configuration.limits(), configuration.stores());

        assertThatThrownBy(() -> limits.override(Map.of("files-per-second", "fast")))
                .hasMessageContaining("files-per-second");
        assertThatThrownBy(() -> limits.override(Map.of("other.files-per-second", "1")))
                .hasMessageContaining("other.files-per-second");
        assertThatThrownBy(() -> limits.override(Map.of("main.bytes-per-second", "-1")))
                .hasMessageContaining("main.bytes-per-second");
        limits.override(Map.of("main.bytes-per-second", "none"));
    }
}
