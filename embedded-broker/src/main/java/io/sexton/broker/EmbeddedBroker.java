package io.sexton.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka cluster in this process, in KRaft mode and bound to the loopback interface. It has one broker that is its own
 * controller, or, for tests, several of them. It is Kafka's own server, so it behaves as a real one, apart from
 * failures of machines.
 *
 * <p>A data directory is formatted on its first use. It keeps the cluster id and all data over stops and crashes. One
 * broker locks it from its start to {@link #close}, also while it is stopped: a second one, of this process or another,
 * fails to start and does not change it.
 *
 * <p>Safe for use by any thread; starts and stops exclude each other. As in any Kafka server, a fatal fault, such as a
 * failing disk, halts the JVM.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final int ANY_FREE_PORT = 0;

    private final DirectoryLock lock;
    private final String clusterId;
    private final List<Path> directories;
    private final Optional<Path> deletedOnClose;
    private final Optional<BrokerSecurity> security;
    private final int[] ports;
    private List<Node> nodes = List.of();

    /** @param home the directory, or the parent of all directories */
    private EmbeddedBroker(
            Path home,
            List<Path> directories,
            Optional<Path> deletedOnClose,
            int port,
            Optional<BrokerSecurity> security) {
        this.security = security;
        this.directories = directories;
        this.deletedOnClose = deletedOnClose;
        this.ports = new int[directories.size()];
        ports[0] = port;
        // WARNING: before any file in the directory is opened, or the broker that has locked it loses records.
        lock = DirectoryLock.acquire(home);
        try {
            clusterId = Node.clusterIdOf(directories.get(0))
                    .orElseGet(() -> Uuid.randomUuid().toString());
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Starts a broker on a directory, which is created and formatted if necessary.
     *
     * @param port port for clients; 0 selects any free port
     * @throws IllegalStateException if the broker does not start, for instance because the directory is in use, belongs
     *     to another cluster or cannot be created, or the port is in use; the message is one line; nothing is left
     *     running
     */
    public static EmbeddedBroker start(Path directory, int port) {
        return started(new EmbeddedBroker(directory, List.of(directory), Optional.empty(), port, Optional.empty()));
    }

    /** Starts a broker at any free port, without data. {@link #close} deletes the data that it has written. */
    public static EmbeddedBroker startTemporary() {
        return startTemporary(1);
    }

    /**
     * Starts several brokers that are also controllers, without data. {@link #close} deletes the data that they have
     * written.
     */
    public static EmbeddedBroker startTemporary(int brokers) {
        return startTemporary(brokers, Optional.empty());
    }

    /** Starts a broker as {@link #startTemporary()} does, but clients must authenticate and need ACLs. */
    public static EmbeddedBroker startTemporary(BrokerSecurity security) {
        return startTemporary(1, Optional.of(security));
    }

    private static EmbeddedBroker startTemporary(int brokers, Optional<BrokerSecurity> security) {
        Path base;
        try {
            base = Files.createTempDirectory("sexton-broker-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a temporary directory for the broker", e);
        }
        List<Path> directories = IntStream.range(0, brokers)
                .mapToObj(i -> base.resolve("broker-" + i))
                .toList();
        return started(new EmbeddedBroker(base, directories, Optional.of(base), ANY_FREE_PORT, security));
    }

    /** Returns the value of a client's {@code bootstrap.servers}, which does not change at restarts. */
    public synchronized String bootstrapServers() {
        return IntStream.of(ports).mapToObj(port -> Node.HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** Returns the cluster id, which belongs to the data directory and does not change at restarts. */
    public String clusterId() {
        return clusterId;
    }

    /** Stops the broker in order and starts it again at the same port, with its data. */
    public synchronized void restart() {
        stop();
        resume();
    }

    /** Stops the broker until {@link #resume}. Has no effect if it is stopped. */
    public synchronized void stop() {
        List<Node> running = nodes;
        nodes = List.of();
        stop(running);
    }

    /**
     * Starts the broker after {@link #stop}, at the same port. Has no effect if it is running.
     *
     * @throws IllegalStateException as {@link #start} does, or after {@link #close}
     */
    public synchronized void resume() {
        if (!nodes.isEmpty()) {
            return;
        }
        lock.requireHeld();
        List<Node> starting = new ArrayList<>();
        CompletableFuture<Map<Integer, InetSocketAddress>> voters = new CompletableFuture<>();
        try {
            for (int id = 0; id < ports.length; id++) {
                BrokerSettings.format(
                        directories.get(id),
                        clusterId,
                        id,
                        security.map(BrokerSecurity::scramArguments).orElse(List.of()));
                starting.add(new Node(directories.get(id), id, ports.length, ports[id], voters, security));
            }
            completeVoters(starting, voters);
            inParallel(starting, Node::startController);
            inParallel(starting, Node::startBroker);
        } catch (Exception e) {
            voters.completeExceptionally(e);
            stop(starting);
            throw new IllegalStateException(
                    "the broker in " + directories.get(0) + " did not start: " + rootMessage(e), e);
        }
        for (int id = 0; id < ports.length; id++) {
            ports[id] = starting.get(id).port();
        }
        nodes = List.copyOf(starting);
    }

    /** Stops the broker and, if it was started as a temporary one, deletes its data. */
    @Override
    public synchronized void close() {
        stop();
        lock.close();
        deletedOnClose.filter(Files::exists).ifPresent(EmbeddedBroker::deleteTree);
    }

    /** Returns the directory that {@link #close} deletes. */
    Optional<Path> temporaryDirectory() {
        return deletedOnClose;
    }

    private static EmbeddedBroker started(EmbeddedBroker broker) {
        try {
            broker.resume();
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** Completes the addresses of the voters once every controller has bound to a free port. */
    private static void completeVoters(List<Node> starting, CompletableFuture<Map<Integer, InetSocketAddress>> voters) {
        Map<Integer, CompletableFuture<InetSocketAddress>> addresses = new HashMap<>();
        starting.forEach(node -> addresses.put(node.id(), node.controllerAddress()));
        var unused = CompletableFuture.allOf(addresses.values().toArray(CompletableFuture[]::new))
                .whenComplete((bound, failure) -> {
                    if (failure != null) {
                        voters.completeExceptionally(failure);
                        return;
                    }
                    Map<Integer, InetSocketAddress> known = new HashMap<>();
                    addresses.forEach((id, address) -> known.put(id, address.join()));
                    voters.complete(known);
                });
    }

    /** Stops brokers first, because they need the controllers to transfer their partitions to each other. */
    private static void stop(List<Node> running) {
        inParallel(running, Node::stopBroker);
        inParallel(running, Node::stopController);
    }

    /** Runs the action for all nodes in parallel, because each node waits for the others when it starts or stops. */
    private static void inParallel(List<Node> nodes, Consumer<Node> action) {
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> CompletableFuture.runAsync(
                                () -> action.accept(node), task -> new Thread(task, "embedded-broker").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static void deleteTree(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + root, e);
        }
    }
}
