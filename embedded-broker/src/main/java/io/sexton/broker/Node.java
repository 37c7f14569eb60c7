package io.sexton.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.coordinator.transaction.TransactionCoordinator;
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
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * A broker with its controller. It consists of the parts of Kafka's {@link KafkaRaftServer} instead of that class,
 * which needs the ports of the controllers in advance: another process could bind them meanwhile.
 */
final class Node {
    static final String HOST = "127.0.0.1";

    private final int id;
    private final ControllerServer controller;
    private final BrokerServer broker;

    /**
     * @param voters addresses of all controllers, once they are known
     * @param security empty if there is no authentication and no authorization
     */
    Node(
            Path directory,
            int id,
            int nodes,
            int port,
            CompletableFuture<Map<Integer, InetSocketAddress>> voters,
            Optional<BrokerSecurity> security) {
        this.id = id;
        KafkaConfig config = new KafkaConfig(settings(directory, id, nodes, port, security), false);
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

    /** Returns the port for clients. May be called only after the broker has started. */
    int port() {
        return broker.boundPort(new ListenerName(BrokerSettings.CLIENTS));
    }

    @SuppressWarnings("AddressSelection") // an address, so there is no name resolution
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
        resignFromTransactions();
        broker.shutdown();
        broker.awaitShutdown();
    }

    /**
     * Resigns as transaction coordinator.
     *
     * <p>WARNING: must be called before the partitions lose their leader. A transaction coordinator of Kafka 4.3.1
     * treats a partition without a leader as deleted and completes transactions without a marker in it, so a
     * {@code read_committed} reader waits forever. After a resignation the transactions are completed after the next
     * start. Several brokers need no resignation: the last one has too few replicas to commit a transaction.
     */
    private void resignFromTransactions() {
        TransactionCoordinator transactions = broker.transactionCoordinator();
        if (transactions != null) {
            for (int partition = 0; partition < BrokerSettings.TRANSACTION_PARTITIONS; partition++) {
                transactions.onResignation(partition, Option.empty());
            }
        }
    }

    void stopController() {
        controller.shutdown();
        controller.awaitShutdown();
    }

    /** Returns the id of the cluster that a directory was formatted for; empty if it was not formatted. */
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

    private static Map<String, String> settings(
            Path directory, int id, int nodes, int port, Optional<BrokerSecurity> security) {
        Map<String, String> settings = BrokerSettings.small(directory, id, nodes);
        // 0.0.0.0:0 is the placeholder for an address that becomes known later.
        String voters = IntStream.range(0, nodes)
                .mapToObj(voter -> voter + "@0.0.0.0:0")
                .collect(Collectors.joining(","));
        settings.put("controller.quorum.voters", voters);
        settings.put(
                "listeners",
                BrokerSettings.CLIENTS + "://" + HOST + ":" + port + "," + BrokerSettings.CONTROLLERS + "://" + HOST
                        + ":0");
        security.ifPresent(secured -> {
            settings.putAll(secured.settings());
            settings.merge(
                    "listeners", BrokerSecurity.BROKERS + "://" + HOST + ":0", (others, own) -> others + "," + own);
        });
        return settings;
    }
}
