package io.sexton.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** The settings of a small broker that is also a controller, in this process or in a separate one. */
public final class BrokerSettings {
    /** The listener of clients and of the other brokers. */
    public static final String CLIENTS = "CLIENTS";

    /** The listener of controllers. */
    public static final String CONTROLLERS = "CONTROLLERS";

    static final int TRANSACTION_PARTITIONS = 4;

    private BrokerSettings() {}

    /** Formats the directory for a node of a cluster, unless it is formatted. */
    public static void format(Path directory, String clusterId, int id) throws Exception {
        format(directory, clusterId, id, List.of());
    }

    /** @param scram users, in the format of Kafka's own tool */
    static void format(Path directory, String clusterId, int id, List<String> scram) throws Exception {
        try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(directory);
            new Formatter()
                    .setScramArguments(scram)
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

    /**
     * Returns settings, as in {@code server.properties}, without {@code listeners} and
     * {@code controller.quorum.voters}.
     *
     * @param id id of the node, from 0
     * @param nodes number of brokers
     */
    public static Map<String, String> small(Path directory, int id, int nodes) {
        String replicas = Integer.toString(Math.min(nodes, 3));
        String inSync = Integer.toString(Math.min(nodes, 2));
        Map<String, String> settings = new HashMap<>();

        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(id));
        settings.put("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLERS + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", CLIENTS);
        settings.put("controller.listener.names", CONTROLLERS);
        settings.put("log.dirs", directory.toString());
        settings.put("metadata.log.dir", directory.toString());

        // At most as many replicas as brokers.
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("share.coordinator.state.topic.replication.factor", replicas);
        settings.put("share.coordinator.state.topic.min.isr", inSync);

        // A misspelt topic is an error, rather than a new topic with the wrong timestamp type.
        settings.put("auto.create.topics.enable", "false");
        // The few clients are in one process, so groups need no delay. Transactions of dead clients end soon.
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.streams.initial.rebalance.delay.ms", "0");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

        // Time for which the controller waits after a crash for the earlier broker. Several brokers fail over soon.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "1000");

        // Few partitions and threads, little memory, and almost no work while idle.
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.num.partitions", Integer.toString(TRANSACTION_PARTITIONS));
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
