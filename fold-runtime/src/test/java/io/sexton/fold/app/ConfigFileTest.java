package io.sexton.fold.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {

    /** What the services' configurations have in common. */
    @ConfigMapping(prefix = "sexton")
    public interface Example {
        OperationsConfig operations();

        Map<String, String> kafka();
    }

    @TempDir
    private Path dir;

    @Test
    void aVariableWinsOverAKafkaKeyWithDots() {
        String yaml = """
                sexton:
                  kafka:
                    security.protocol: SSL
                    sasl.jaas.config: a
                    acks: all
                """;
        assertThat(load(
                                yaml,
                                Map.of(
                                        "SEXTON_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT",
                                        "SEXTON_KAFKA_SASL_JAAS_CONFIG", "b",
                                        "SEXTON_KAFKA_ACKS", "1"))
                        .kafka())
                .isEqualTo(Map.of("security.protocol", "PLAINTEXT", "sasl.jaas.config", "b", "acks", "1"));
    }

    @Test
    void aVariableWinsOverAKafkaKeyThatIsWrittenAsATree() {
        String yaml = """
                sexton:
                  kafka:
                    security:
                      protocol: SSL
                """;
        assertThat(load(yaml, Map.of("SEXTON_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT"))
                        .kafka())
                .isEqualTo(Map.of("security.protocol", "PLAINTEXT"));
    }

    @Test
    void aVariableAddsAKafkaKey() {
        assertThat(load("sexton:\n", Map.of("SEXTON_KAFKA_SECURITY_PROTOCOL", "SSL"))
                        .kafka())
                .isEqualTo(Map.of("security.protocol", "SSL"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"70000", "-1", "http"})
    void refusesWhatIsNoPort(String port) {
        assertThatThrownBy(() -> load("sexton:\n  operations:\n    port: " + port + "\n", Map.of()))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll("sexton.operations.port", port)
                .hasMessageNotContaining("\n");
    }

    private Example load(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.writeString(dir.resolve("example.yaml"), yaml);
            return ConfigFile.load(file, Example.class, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
