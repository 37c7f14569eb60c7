package io.sexton.fold.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Reads a service's configuration: one YAML file, and environment variables over it ({@code SEXTON_TICK_INTERVAL} for
 * {@code sexton.tick-interval}). What is missing, unknown or malformed is refused with one line that names the key.
 */
public final class ConfigFile {
    private static final int FILE_ORDINAL = 100;
    private static final int ENVIRONMENT_ORDINAL = 300;

    private ConfigFile() {}

    /**
     * @param mapping an interface with {@link ConfigMapping}
     * @param environment the process's variables
     * @throws StartupException naming the file and the key
     */
    public static <T> T load(Path file, Class<T> mapping, Map<String, String> environment) {
        try {
            String yaml = Files.readString(file, StandardCharsets.UTF_8);
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withSources(
                            new YamlConfigSource(file.toString(), yaml, FILE_ORDINAL),
                            new EnvConfigSource(environment, ENVIRONMENT_ORDINAL))
                    .withConverter(Duration.class, 200, Durations::parse)
                    .withMapping(mapping)
                    .withValidateUnknown(true)
                    .build();
            return config.getConfigMapping(mapping);
        } catch (NoSuchFileException e) {
            throw new StartupException("configuration " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new StartupException("configuration " + file + " cannot be read: " + e, e);
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

    /** Without the library's message codes and line breaks. */
    private static String oneLine(String message) {
        return message.replaceAll("SRCFG\\d+: ", "").replaceAll("\\s+", " ").strip();
    }
}
