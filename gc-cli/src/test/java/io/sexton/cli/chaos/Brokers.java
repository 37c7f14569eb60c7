package io.sexton.cli.chaos;

import io.sexton.broker.BrokerSettings;
import io.sexton.cli.FreePort;
import io.sexton.cli.process.JavaProcess;
import io.sexton.cli.process.Surroundings;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/** Three brokers, each in a process of its own, which are also the quorum of controllers. */
final class Brokers implements AutoCloseable {

    static final int COUNT = 3;

    private static final int CONNECT_MS = 2_000;

    private final Path directory;
    private final Function<String, Surroundings> surroundings;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> controllerPorts = new ArrayList<>();
    private final Path logging;
    private final Admin admin;

    private Brokers(Path directory, Function<String, Surroundings> surroundings, Path logging) throws IOException {
        this.directory = directory;
        this.surroundings = surroundings;
        this.logging = logging;
        for (int id = 0; id < COUNT; id++) {
            ports.add(FreePort.next());
            controllerPorts.add(FreePort.next());
        }
        admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "request.timeout.ms",
                5_000,
                "default.api.timeout.ms",
                10_000));
    }

    static List<String> names() {
        return IntStream.range(0, COUNT).mapToObj(id -> "broker-" + id).toList();
    }

    /** Writes what each broker needs; starts none. */
    static Brokers prepare(Path directory, Function<String, Surroundings> surroundings) throws Exception {
        Path logging = Path.of(
                Objects.requireNonNull(Brokers.class.getResource("/chaos/logback-broker.xml"), "logback-broker.xml")
                        .toURI());
        Brokers brokers = new Brokers(directory, surroundings, logging);
        String cluster = Uuid.randomUuid().toString();
        for (int id = 0; id < COUNT; id++) {
            BrokerSettings.format(brokers.data(id), cluster, id);
            brokers.writeProperties(id);
        }
        return brokers;
    }

    String bootstrapServers() {
        return IntStream.range(0, COUNT)
                .mapToObj(id -> host(id) + ":" + ports.get(id))
                .collect(Collectors.joining(","));
    }

    List<Member> members() {
        return IntStream.range(0, COUNT)
                .mapToObj(id -> new Member(names().get(id), () -> start(id), () -> isReachable(id)))
                .toList();
    }

    /** Returns true if every partition has all its replicas in sync: only then may the next broker be disturbed. */
    boolean areInSync() {
        try {
            Map<String, TopicDescription> topics = admin.describeTopics(
                            admin.listTopics().names().get())
                    .allTopicNames()
                    .get();
            return topics.values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException e) {
            // Not now.
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private JavaProcess start(int id) {
        String name = names().get(id);
        return JavaProcess.start(
                directory.resolve(name + ".log"),
                surroundings.apply(name).with("-Dlogback.configurationFile=" + logging),
                "kafka.Kafka",
                properties(id).toString());
    }

    private boolean isReachable(int id) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(id), ports.get(id)), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void writeProperties(int id) throws IOException {
        Properties properties = new Properties();
        properties.putAll(BrokerSettings.small(data(id), id, COUNT));
        properties.put(
                "listeners",
                BrokerSettings.CLIENTS + "://" + host(id) + ":" + ports.get(id) + "," + BrokerSettings.CONTROLLERS
                        + "://" + host(id) + ":" + controllerPorts.get(id));
        properties.put(
                "controller.quorum.voters",
                IntStream.range(0, COUNT)
                        .mapToObj(voter -> voter + "@" + host(voter) + ":" + controllerPorts.get(voter))
                        .collect(Collectors.joining(",")));
        try (Writer file = Files.newBufferedWriter(properties(id))) {
            properties.store(file, null);
        }
    }

    private String host(int id) {
        return surroundings.apply(names().get(id)).host();
    }

    private Path data(int id) {
        return directory.resolve(names().get(id));
    }

    private Path properties(int id) {
        return directory.resolve(names().get(id) + ".properties");
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
