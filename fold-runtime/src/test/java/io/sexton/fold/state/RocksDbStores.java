package io.sexton.fold.state;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/** Stores as Kafka Streams opens them, without a broker. */
final class RocksDbStores implements AutoCloseable {
    private final TopologyTestDriver driver;
    private final Map<String, StreamsStore> stores = new HashMap<>();

    /**
     * @param cacheBytes of the cache of Kafka Streams, above RocksDB
     * @param settings further ones of Kafka Streams
     */
    RocksDbStores(Path directory, long cacheBytes, Map<String, Object> settings, String... names) {
        Topology topology = new Topology()
                .addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "topic")
                .addProcessor("ignore", Ignore::new, "source");
        Stream.of(names)
                .forEach(name -> topology.addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                                .withCachingEnabled()
                                .withLoggingDisabled(),
                        "ignore"));
        Properties config = new Properties();
        config.putAll(settings);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
        driver = new TopologyTestDriver(topology, config);
    }

    StreamsStore store(String name) {
        return stores.computeIfAbsent(name, this::written);
    }

    /** Returns a store without the changes that are pending in the other one of the name. */
    StreamsStore written(String name) {
        return new StreamsStore(driver.getKeyValueStore(name));
    }

    /** Returns a property of a store that RocksDB reports. */
    long metric(String store, String name) {
        return driver.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals(name)
                        && store.equals(metric.metricName().tags().get("rocksdb-state-id")))
                .mapToLong(metric -> ((Number) metric.metricValue()).longValue())
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        driver.close();
    }

    private static final class Ignore extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        @Override
        public void process(Record<byte[], byte[]> record) {}
    }
}
