package io.sexton.cli.kafka;

import io.sexton.proto.Namespace;
import io.sexton.service.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that connects to the brokers, named as in Kafka's own tools. */
public final class KafkaOptions {

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SEXTON_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = {
                "The brokers to contact first, separated by commas. Default: localhost:9092, or SEXTON_BOOTSTRAP_SERVERS of"
                        + " the environment."
            })
    private String bootstrapServers = "localhost:9092";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "A properties file with further settings of the Kafka clients, such as security.")
    private @Nullable Path commandConfig;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:SEXTON_NAMESPACE:-}",
            description = {
                "Whose topics: NAME.gc.events and so on, as sexton.namespace of the services. Default: SEXTON_NAMESPACE of"
                        + " the environment, else none."
            })
    private String namespace = "";

    /**
     * Returns the namespace of the topics.
     *
     * @throws CommandFailure if it is no namespace
     */
    public Namespace namespace() {
        try {
            return Namespace.of(namespace);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--namespace: " + e.getMessage());
        }
    }

    /** Returns the brokers, as given. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * Settings for any Kafka client.
     *
     * @throws CommandFailure if the properties file cannot be read
     */
    public Map<String, Object> clientConfig() {
        Map<String, Object> config = new HashMap<>();
        if (commandConfig != null) {
            Properties properties = read(commandConfig);
            properties.stringPropertyNames().forEach(name -> config.put(name, properties.getProperty(name)));
        }
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return config;
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
            return properties;
        } catch (NoSuchFileException e) {
            throw CommandFailure.usage(file + ": no such file");
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(file + ": is not UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.usage(file + ": is no properties file: " + e.getMessage());
        }
    }
}
