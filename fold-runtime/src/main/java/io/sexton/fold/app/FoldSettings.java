package io.sexton.fold.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a fold runs.
 *
 * @param applicationId names the consumer group, the changelogs and the transactions: all instances share it
 * @param singleBroker the operator accepts that one broker holds everything
 * @param stateDir on a local disk; lost state is rebuilt from the changelogs
 * @param threads of Kafka Streams in this process
 * @param commitInterval how long outputs may wait for their transaction's commit
 * @param cacheBytes what Kafka Streams holds back of state between commits, in all
 * @param blockCacheBytes the one block cache of all RocksDB stores, in which their write buffers are counted
 * @param writeBufferBytes of all RocksDB stores together
 * @param kafka further settings of the Kafka clients and of Kafka Streams, such as security
 */
public record FoldSettings(
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

    public FoldSettings {
        kafka = Map.copyOf(kafka);
    }
}
