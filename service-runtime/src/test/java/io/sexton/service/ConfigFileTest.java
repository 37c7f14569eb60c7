package io.sexton.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {

    /** The common keys of the services' configurations. */
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

    @ParameterizedTest
    @ValueSource(strings = {"SEXTON_OPERATIONS_PRT", "SEXTON_OPERATION_PORT", "SEXTON_STORES_MAIN_PATH", "SEXTON_"})
    void refusesAVariableThatNamesNoKey(String variable) {
        assertThatThrownBy(() -> load("sexton:\n", Map.of(variable, "1", "PATH", "/bin")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("environment variable " + variable + ":");
    }

    @Test
    void takesTheVariablesOfTheLauncherAndThoseOfKubernetes() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SEXTON_JAVA_HOME", "/opt/java",
                "SEXTON_OPTS", "-Xmx1g",
                "SEXTON_NO_BUILD", "1",
                "SEXTON_TRAIN", "1",
                "SEXTON_LOG_LEVEL", "DEBUG",
                "SEXTON_OPERATIONS_PORT", "8080"));
        environment.putAll(Map.of(
                "SEXTON_STREAMS_SERVICE_HOST", "10.0.0.1",
                "SEXTON_STREAMS_SERVICE_PORT", "8080",
                "SEXTON_STREAMS_SERVICE_PORT_HTTP", "8080",
                "SEXTON_STREAMS_PORT", "tcp://10.0.0.1:8080",
                "SEXTON_STREAMS_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "SEXTON_STREAMS_PORT_8080_TCP_ADDR", "10.0.0.1"));

        assertThat(load("sexton:\n", environment).operations().port()).isEqualTo(8080);
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(dir.resolve("latin1.yaml"), "sexton: # \u00fc\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ConfigFile.load(file, Example.class, Map.of()))
                .isInstanceOf(StartupException.class)
                .hasMessage("configuration " + file + ": it is not UTF-8; convert it");
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
