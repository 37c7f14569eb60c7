package io.sexton.cli.process;

import io.sexton.cli.Await;
import io.sexton.cli.FreePort;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Sexton as an operator runs it: each service in processes of its own, with a configuration file each.
 *
 * <p>Several threads may use it, each instance by one at a time.
 */
public final class Deployment implements AutoCloseable {
    private static final int MAX_OUTPUT = 6_000;

    private final Path directory;
    private final String bootstrapServers;
    private final Map<String, Path> stores;
    private final boolean singleBroker;
    private final Function<String, Surroundings> surroundings;
    private final Map<String, JavaProcess> running = new ConcurrentHashMap<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final Map<String, String> storeSettings = new ConcurrentHashMap<>();
    private final Map<String, String> routes = new ConcurrentHashMap<>();
    private volatile String deleterSettings = "";
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param stores by the names that {@code RegionOpened.store} has; their roots are regions' ids */
    Deployment(Path directory, String bootstrapServers, Map<String, Path> stores) {
        this(directory, bootstrapServers, stores, true, instance -> Surroundings.PLAIN);
    }

    /**
     * @param stores by the names that {@code RegionOpened.store} has; their roots are regions' ids
     * @param singleBroker true if one broker holds everything
     * @param surroundings of each instance
     */
    public Deployment(
            Path directory,
            String bootstrapServers,
            Map<String, Path> stores,
            boolean singleBroker,
            Function<String, Surroundings> surroundings) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.stores = Map.copyOf(stores);
        this.singleBroker = singleBroker;
        this.surroundings = surroundings;
    }

    /** Adds settings of a store, in YAML's flow style, for deleters that are started from now on. */
    void configureStore(String store, String settings) {
        storeSettings.put(store, ", " + settings);
    }

    /** Adds a section of the configuration of deleters that are started from now on, in YAML's flow style. */
    void configureDeleters(String section) {
        deleterSettings = "  " + section + "\n";
    }

    /** Sets the brokers' addresses for an instance that is started from now on. */
    public void route(String instance, String servers) {
        routes.put(instance, servers);
    }

    /** Returns the configuration file of a started instance. */
    Path configurationOf(String instance) {
        return directory.resolve(instance + ".yaml");
    }

    public void makeTopics(int partitions) {
        try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", bootstrapServers), Duration.ofSeconds(60))) {
            admin.create(singleBroker ? TopicSettings.singleBroker(partitions) : TopicSettings.replicated(partitions));
        }
    }

    /** Starts an instance of a service, or starts it again on its own state. */
    public void start(String service, String instance) {
        try {
            Path config = Files.writeString(configurationOf(instance), configuration(service, instance));
            running.put(
                    instance,
                    JavaProcess.sexton(
                            directory.resolve(instance + ".log"),
                            surroundings.apply(instance),
                            service,
                            "--config",
                            config.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady(String... instances) {
        for (String instance : instances) {
            await(instance + " is ready", () -> {
                requireAlive(instance);
                return isReady(instance);
            });
        }
    }

    /** Waits as {@link Await#until} does; a failure includes the end of each instance's output. */
    void await(String what, Callable<Boolean> condition) {
        try {
            Await.until(what, condition);
        } catch (AssertionError | ConditionTimeoutException e) {
            StringBuilder message = new StringBuilder(e.getMessage());
            new TreeMap<>(running)
                    .forEach((instance, process) -> message.append("\n\n")
                            .append(instance)
                            .append(" has as its last output:\n")
                            .append(lastOf(process.output())));
            throw new AssertionError(message.toString(), e);
        }
    }

    private static String lastOf(String output) {
        return output.substring(Math.max(0, output.length() - MAX_OUTPUT));
    }

    /** Kills as {@code kill -9} does. */
    void kill(String instance) {
        instance(instance).kill();
    }

    /** Stops as {@code kill} does; returns once it has stopped in good order. */
    void stop(String instance) {
        instance(instance).stop();
    }

    /** Fails with its output if a process that should run does not. */
    void requireAlive(String instance) {
        if (!instance(instance).isAlive()) {
            throw new AssertionError(instance + " has ended by itself:\n" + output(instance));
        }
    }

    String output(String instance) {
        return instance(instance).output();
    }

    /** Returns the process of a started instance. */
    public JavaProcess instance(String instance) {
        JavaProcess process = running.get(instance);
        if (process == null) {
            throw new IllegalArgumentException(instance + " was never started");
        }
        return process;
    }

    /** Returns true if it reports that it is ready. */
    public boolean isReady(String instance) {
        URI uri = URI.create(
                "http://" + surroundings.apply(instance).host() + ":" + ports.get(instance) + "/health/ready");
        try {
            return http.send(
                                    HttpRequest.newBuilder(uri)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String configuration(String service, String instance) {
        StringBuilder yaml = new StringBuilder("sexton:\n");
        yaml.append("  bootstrap-servers: ")
                .append(routes.getOrDefault(instance, bootstrapServers))
                .append('\n');
        yaml.append("  single-broker: ").append(singleBroker).append('\n');
        yaml.append("  operations: {host: ")
                .append(surroundings.apply(instance).host())
                .append(", port: ")
                .append(portOf(instance))
                .append("}\n");
        // Shorter than the default, so that tests wait less for the loss of a killed process.
        yaml.append("  kafka: {session.timeout.ms: 6000}\n");
        if (service.equals("deleter")) {
            yaml.append("  instance: ").append(instance).append('\n');
            yaml.append("  locks: {lease: 22s}\n");
            yaml.append(deleterSettings);
            yaml.append("  stores:\n");
            stores.forEach((name, path) -> yaml.append("    ")
                    .append(name)
                    .append(": {path: ")
                    .append(path)
                    // Tests linger for seconds; the default floors are minutes and hours.
                    .append(", root-shape: '{region}', minimum-linger: {orphan: 0s, region-gone: 0s}")
                    .append(storeSettings.getOrDefault(name, ""))
                    .append("}\n"));
        } else {
            yaml.append("  state-dir: ").append(directory.resolve(instance)).append('\n');
        }
        return yaml.toString();
    }

    private int portOf(String instance) {
        return ports.computeIfAbsent(instance, unseen -> FreePort.next());
    }

    @Override
    public void close() {
        running.values().forEach(JavaProcess::close);
        http.close();
    }
}
