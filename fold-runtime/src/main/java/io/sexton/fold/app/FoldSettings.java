package io.sexton.fold.app;

import io.sexton.fold.state.RocksDbBudget;
import io.sexton.proto.Namespace;
import io.sexton.service.KafkaSettings;
import io.sexton.service.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of a fold.
 *
 * @param namespace of the log
 * @param applicationId without the namespace; names the consumer group, the changelogs and the transactions: all
 *     instances share it
 * @param singleBroker true if the operator accepts that one broker holds everything
 * @param stateDir on a local disk; lost state is rebuilt from the changelogs
 * @param threads of Kafka Streams in this process; at least 1
 * @param commitInterval how long outputs may wait for their transaction's commit; shorter than that may take
 * @param cacheBytes state that Kafka Streams caches between commits, in all
 * @param blockCacheBytes the one block cache of all RocksDB stores, in which their write buffers are counted
 * @param writeBufferBytes of all RocksDB stores together
 * @param kafka further settings of the Kafka clients and of Kafka Streams, such as security
 */
public record FoldSettings(
        Namespace namespace,
        String applicationId,
        String bootstrapServers,
        boolean singleBroker,
        Path stateDir,
        int threads,
        Duration commitInterval,
        long cacheBytes,
        long blockCacheBytes,
        long writeBufferBytes,
        Map<String, String> kafka) {

    /** The time-out of a killed instance's transaction, which blocks the readers of its output. */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    static final String TRANSACTION_TIMEOUT_KEY =
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);

    /** @throws StartupException naming the key that is wrong */
    public FoldSettings {
        kafka = Map.copyOf(kafka);
        require(threads >= 1, "sexton.threads must be at least 1");
        require(!commitInterval.isNegative(), "sexton.commit-interval must not be negative");
        // Kafka Streams itself reports a configured time-out that does not fit.
        require(
                commitInterval.compareTo(TRANSACTION_TIMEOUT) < 0 || kafka.containsKey(TRANSACTION_TIMEOUT_KEY),
                "sexton.commit-interval must be shorter than a transaction may take, " + TRANSACTION_TIMEOUT.toSeconds()
                        + " s");
        KafkaSettings.requireValid(client(bootstrapServers, kafka));
        try {
            var unused = RocksDbBudget.settings(blockCacheBytes, writeBufferBytes);
        } catch (IllegalArgumentException e) {
            throw new StartupException("sexton.memory: " + e.getMessage(), e);
        }
    }

    /** Returns the configuration of the brokers' connection. */
    Map<String, Object> client() {
        return client(bootstrapServers, kafka);
    }

    private static Map<String, Object> client(String bootstrapServers, Map<String, String> kafka) {
        Map<String, Object> client = new HashMap<>(kafka);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return client;
    }

    /** Settings without a namespace. */
    public FoldSettings(
            String applicationId,
            String bootstrapServers,
            boolean singleBroker,
            Path stateDir,
            int threads,
            Duration commitInterval,
            long cacheBytes,
            long blockCacheBytes,
            long writeBufferBytes,
            Map<String, String> kafka) {
        this(
                Namespace.NONE,
                applicationId,
                bootstrapServers,
                singleBroker,
                stateDir,
                threads,
                commitInterval,
                cacheBytes,
                blockCacheBytes,
                writeBufferBytes,
                kafka);
    }

    /** Returns the name of the group, namespace included; those of changelogs, transactions and state begin with it. */
    public String application() {
        return namespace.scoped(applicationId);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new StartupException(otherwise);
        }
    }
}
