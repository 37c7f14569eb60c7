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

/** What a small broker that is a controller too needs, in this process or in one of its own. */
public final class BrokerSettings {
    /** The listener of clients and of the other brokers. */
    public static final String CLIENTS = "CLIENTS";

    /** The listener of controllers. */
    public static final String CONTROLLERS = "CONTROLLERS";

    static final int TRANSACTION_PARTITIONS = 4;

    private BrokerSettings() {}

    /** Gives the directory its place in the cluster, unless it has one. */
    public static void format(Path directory, String clusterId, int id) throws Exception {
        format(directory, clusterId, id, List.of());
    }

    /** @param scram users, as Kafka's own tool has them */
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
     * Settings, as in {@code server.properties}, but for {@code listeners} and {@code controller.quorum.voters}.
     *
     * @param id counted from 0
     * @param nodes how many brokers there are
     */
    public static Map<String, String> small(Path directory, int id, int nodes) {
        String copies = Integer.toString(Math.min(nodes, 3));
        String inSync = Integer.toString(Math.min(nodes, 2));
        Map<String, String> settings = new HashMap<>();

        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(id));
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

        // After a crash the controller waits so long for the broker of before. Of several the others take over soon.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "1000");

        // Small: few partitions and threads, little memory, and next to no work while nothing happens.
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
