package io.sexton.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.LoggerFactory;

/**
 * One broker with its controller. It is put together from the parts of Kafka's {@link KafkaRaftServer} rather than
 * from that class itself, because that must be told the controllers' ports beforehand: they could be taken meanwhile.
 */
final class Node {
    static final String HOST = "127.0.0.1";

    private static final String CLIENTS = "CLIENTS";
    private static final String CONTROLLERS = "CONTROLLERS";

    private final int id;
    private final ControllerServer controller;
    private final BrokerServer broker;

    /** @param voters where all controllers are, once that is known */
    Node(Path directory, int id, int nodes, int port, CompletableFuture<Map<Integer, InetSocketAddress>> voters) {
        this.id = id;
        KafkaConfig config = new KafkaConfig(settings(directory, id, nodes, port), false);
        var directories = KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(KafkaRaftServer.class), "");
        SharedServer shared = new SharedServer(
                config,
                directories._1(),
                Time.SYSTEM,
                new Metrics(),
                voters,
                List.of(),
                new StandardFaultHandlerFactory(),
                ServerSocketFactory.INSTANCE);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2());
    }

    int id() {
        return id;
    }

    /** Where clients connect; only once the broker has started. */
    int port() {
        return broker.boundPort(new ListenerName(CLIENTS));
    }

    @SuppressWarnings("AddressSelection") // an address, not a name: nothing is looked up
    CompletableFuture<InetSocketAddress> controllerAddress() {
        return controller.socketServerFirstBoundPortFuture().thenApply(port -> new InetSocketAddress(HOST, port));
    }

    void startController() {
        controller.startup();
    }

    void startBroker() {
        broker.startup();
    }

    void stopBroker() {
        broker.shutdown();
        broker.awaitShutdown();
    }

    void stopController() {
        controller.shutdown();
        controller.awaitShutdown();
    }

    /** Gives the directory its place in the cluster, unless it has one. */
    static void format(Path directory, String clusterId, int id) throws Exception {
        try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(quiet)
                    .setClusterId(clusterId)
                    .setNodeId(id)
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName(CONTROLLERS)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setIgnoreFormatted(true)
                    .run();
        }
    }

    /** The cluster that a directory was formatted for, if it was. */
    static Optional<String> clusterIdOf(Path directory) {
        try {
            return new MetaPropertiesEnsemble.Loader()
                    .addMetadataLogDir(directory.toString())
                    .addLogDirs(List.of(directory.toString()))
                    .load()
                    .clusterId();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    private static Map<String, String> settings(Path directory, int id, int nodes, int port) {
        // 0.0.0.0:0 stands for an address that is told later.
        String voters = IntStream.range(0, nodes)
                .mapToObj(voter -> voter + "@0.0.0.0:0")
                .collect(Collectors.joining(","));
        String copies = Integer.toString(Math.min(nodes, 3));
        String inSync = Integer.toString(Math.min(nodes, 2));
        Map<String, String> settings = new HashMap<>();

        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(id));
        settings.put("controller.quorum.voters", voters);
        settings.put("listeners", CLIENTS + "://" + HOST + ":" + port + "," + CONTROLLERS + "://" + HOST + ":0");
        settings.put("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLERS + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", CLIENTS);
        settings.put("controller.listener.names", CONTROLLERS);
        settings.put("log.dirs", directory.toString());
        settings.put("metadata.log.dir", directory.toString());

        // As many copies as there are brokers for them.
        settings.put("default.replication.factor", copies);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", copies);
        settings.put("transaction.state.log.replication.factor", copies);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("share.coordinator.state.topic.replication.factor", copies);
        settings.put("share.coordinator.state.topic.min.isr", inSync);

        // A misspelt topic is an error, not a new topic with the wrong timestamps.
        settings.put("auto.create.topics.enable", "false");
        // A few clients in one process: nobody is worth waiting for, and dead ones' transactions end in time.
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.streams.initial.rebalance.delay.ms", "0");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

        // After a crash the controller waits so long for the broker of before. As there is no other one to take over,
        // nothing is gained by a longer time.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "1000");

        // Small: few partitions and threads, little memory, and next to no work while nothing happens.
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "2");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        settings.put("offsets.load.buffer.size", Integer.toString(1 << 20));
        settings.put("transaction.state.log.load.buffer.size", Integer.toString(1 << 20));
        settings.put("metadata.max.idle.interval.ms", "5000");
        return settings;
    }
}
