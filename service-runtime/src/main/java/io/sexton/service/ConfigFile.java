package io.sexton.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * A reader of a service's configuration: one YAML file, and environment variables over it ({@code SEXTON_TICK_INTERVAL}
 * for {@code sexton.tick-interval}, {@code SEXTON_KAFKA_SECURITY_PROTOCOL} for {@code security.protocol} under
 * {@code sexton.kafka}). A missing, unknown or malformed key is refused with one line that names it.
 */
public final class ConfigFile {
    private static final int FILE_ORDINAL = 100;
    private static final int ENVIRONMENT_ORDINAL = 300;
    private static final String KAFKA = "sexton.kafka.";
    private static final String KAFKA_VARIABLES = "SEXTON_KAFKA_";

    private ConfigFile() {}

    /**
     * @param mapping an interface with {@link ConfigMapping}
     * @param environment the process's variables
     * @throws StartupException naming the file and the key
     */
    public static <T> T load(Path file, Class<T> mapping, Map<String, String> environment) {
        EnvironmentVariables.requireKnown(mapping, environment);
        try {
            String yaml = Files.readString(file, StandardCharsets.UTF_8);
            YamlConfigSource written = new YamlConfigSource(file.toString(), yaml, FILE_ORDINAL);
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withSources(
                            written,
                            new EnvConfigSource(otherVariables(environment), ENVIRONMENT_ORDINAL),
                            kafkaVariables(environment, written))
                    .withConverter(Duration.class, 200, Durations::parse)
                    .withMapping(mapping)
                    .withValidateUnknown(true)
                    .build();
            return config.getConfigMapping(mapping);
        } catch (NoSuchFileException e) {
            throw new StartupException("configuration " + file + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new StartupException("configuration " + file + ": it is not UTF-8; convert it", e);
        } catch (AccessDeniedException e) {
            throw new StartupException("configuration " + file + " cannot be read: permission denied", e);
        } catch (IOException e) {
            throw new StartupException("configuration " + file + " cannot be read: " + e.getMessage(), e);
        } catch (ConfigValidationException e) {
            throw new StartupException(
                    "configuration " + file + ": " + oneLine(e.getProblem(0).getMessage()), e);
        } catch (NoSuchElementException | IllegalArgumentException e) {
            throw new StartupException("configuration " + file + ": " + oneLine(String.valueOf(e.getMessage())), e);
        } catch (RuntimeException e) {
            throw new StartupException(
                    "configuration " + file + " is no YAML: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static Map<String, String> otherVariables(Map<String, String> environment) {
        Map<String, String> others = new HashMap<>(environment);
        others.keySet().removeIf(variable -> variable.startsWith(KAFKA_VARIABLES));
        return others;
    }

    /**
     * Returns the variables of Kafka's own keys, which have dots and are quoted in the file. The library would map such
     * a variable to another key, and ignore both: so it receives the name of the file.
     */
    private static ConfigSource kafkaVariables(Map<String, String> environment, ConfigSource written) {
        Map<String, String> settings = new HashMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(KAFKA_VARIABLES)) {
                String key = variable.substring(KAFKA_VARIABLES.length())
                        .replaceAll("^_+|_+$", "")
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                boolean isPlain =
                        !key.contains(".") || written.getPropertyNames().contains(KAFKA + key);
                settings.put(isPlain ? KAFKA + key : KAFKA + '"' + key + '"', value);
            }
        });
        return new PropertiesConfigSource(settings, "the environment", ENVIRONMENT_ORDINAL);
    }

    /** Returns the message without the library's codes, the names of its exceptions, and line breaks. */
    private static String oneLine(String message) {
        return message.replaceAll("SRCFG\\d+: ", "")
                .replaceAll("\\b[a-z]+(\\.\\w+)+(Exception|Error): ", "")
                .replaceAll("\\s+", " ")
                .replaceAll(
                        "The config property (\\S+) with the config value \".*?\" threw an Exception whilst being converted ",
                        "$1: ")
                .strip();
    }
}
