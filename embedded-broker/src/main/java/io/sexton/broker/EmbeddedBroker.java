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
 * A Kafka cluster in this process, in KRaft mode and bound to the loopback interface: one broker that is its own
 * controller, or, for tests, several such. It is Kafka's own server, so what holds here holds of a real one, but for
 * what only several machines can give.
 *
 * <p>A data directory is formatted on its first use; afterwards it keeps the cluster's id and all data, over orderly
 * stops and crashes alike. It belongs to one broker from its start to {@link #close}, stops in between included: a
 * second one, of this process or another, fails to start and leaves it as it is.
 *
 * <p>Safe for use by any thread; starting and stopping exclude each other. As with any Kafka server, a fault that it
 * cannot go on from (its disk failing) halts the JVM.
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

    /** @param home all directories, or what they are in */
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
        // WARNING: before anything in the directory is opened, or the broker that has it loses records.
        lock = DirectoryLock.take(home);
        try {
            clusterId = Node.clusterIdOf(directories.get(0))
                    .orElseGet(() -> Uuid.randomUuid().toString());
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Starts a broker on a directory, which is made and formatted where that has not been done.
     *
     * @param port where clients connect; 0 = any free port
     * @throws IllegalStateException if the broker does not start: the directory is in use, not its own or cannot be made,
     *     the port is taken; the message is one line; nothing is left running
     */
    public static EmbeddedBroker start(Path directory, int port) {
        return started(new EmbeddedBroker(directory, List.of(directory), Optional.empty(), port, Optional.empty()));
    }

    /** Starts a broker at any free port, with no data; {@link #close} deletes what it has written. */
    public static EmbeddedBroker startTemporary() {
        return startTemporary(1);
    }

    /** Starts so many brokers, each of which is a controller too, with no data; {@link #close} deletes what they wrote. */
    public static EmbeddedBroker startTemporary(int brokers) {
        return startTemporary(brokers, Optional.empty());
    }

    /** As {@link #startTemporary()}, but clients authenticate, and need ACLs. */
    public static EmbeddedBroker startTemporary(BrokerSecurity security) {
        return startTemporary(1, Optional.of(security));
    }

    private static EmbeddedBroker startTemporary(int brokers, Optional<BrokerSecurity> security) {
        Path base;
        try {
            base = Files.createTempDirectory("sexton-broker-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory for the broker", e);
        }
        List<Path> directories = IntStream.range(0, brokers)
                .mapToObj(i -> base.resolve("broker-" + i))
                .toList();
        return started(new EmbeddedBroker(base, directories, Optional.of(base), ANY_FREE_PORT, security));
    }

    /** The value of a client's {@code bootstrap.servers}; the same over restarts. */
    public synchronized String bootstrapServers() {
        return IntStream.of(ports).mapToObj(port -> Node.HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** Belongs to the data directory, and so stays over restarts. */
    public String clusterId() {
        return clusterId;
    }

    /** Stops the broker as an operator would and starts it again at the same port, with the data that it had. */
    public synchronized void restart() {
        stop();
        resume();
    }

    /** Stops the broker until {@link #resume}. Without effect if it does not run. */
    public synchronized void stop() {
        List<Node> running = nodes;
        nodes = List.of();
        stop(running);
    }

    /**
     * Starts the broker after {@link #stop}, at the same port. Without effect if it runs.
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
            announce(starting, voters);
            inParallel(starting, Node::startController);
            inParallel(starting, Node::startBroker);
        } catch (Exception e) {
            voters.completeExceptionally(e);
            stop(starting);
            throw new IllegalStateException("the broker in " + directories.get(0) + " did not start: " + rootOf(e), e);
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

    /** What {@link #close} deletes. */
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

    /** Controllers bind to free ports first; only then do they, and the brokers, learn where each of them is. */
    private static void announce(List<Node> starting, CompletableFuture<Map<Integer, InetSocketAddress>> voters) {
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

    /** Brokers first: they hand their partitions over to each other with the help of the controllers. */
    private static void stop(List<Node> running) {
        inParallel(running, Node::stopBroker);
        inParallel(running, Node::stopController);
    }

    /** Each of several nodes waits for the others, so that none could be started or stopped after another. */
    private static void inParallel(List<Node> nodes, Consumer<Node> action) {
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> CompletableFuture.runAsync(
                                () -> action.accept(node), task -> new Thread(task, "embedded-broker").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static String rootOf(Throwable failure) {
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
