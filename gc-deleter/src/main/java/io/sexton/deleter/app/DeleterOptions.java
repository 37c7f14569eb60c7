package io.sexton.deleter.app;

import io.sexton.client.SextonClient;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.deleter.topology.ScanQueue;
import io.sexton.proto.Namespace;
import io.sexton.service.KafkaSettings;
import io.sexton.service.Namespaces;
import io.sexton.service.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The settings of a deleter.
 *
 * @param namespace of the commands
 * @param bootstrapServers the brokers to contact first
 * @param singleBroker true if the operator accepts that one broker holds everything
 * @param groupId without the namespace; the consumer group that all deleters share
 * @param instance names this deleter in reports; two that run at once have different names
 * @param stores by the names that {@code RegionOpened.store} has
 * @param work bounds of the work
 * @param lease how long a lock outlives a deleter that dies; more than twice the call time-out, at most an hour
 * @param purgeInterval time between two purges of the trash
 * @param scan the listing of regions' roots
 * @param kafka further settings of the Kafka clients, such as security
 */
public record DeleterOptions(
        Namespace namespace,
        String bootstrapServers,
        boolean singleBroker,
        String groupId,
        String instance,
        Map<String, FileStore> stores,
        DeleterSettings work,
        Duration lease,
        Duration purgeInterval,
        Scan scan,
        Map<String, String> kafka) {

    /**
     * The longest lease that the lock-coordinator accepts: it rejects longer ones, and then no file would ever be
     * deleted.
     */
    private static final Duration LONGEST_LEASE = Duration.ofHours(1);

    /** The default time between two purges of the trash. */
    public static final Duration DEFAULT_PURGE_INTERVAL = Duration.ofHours(1);

    /**
     * The settings of scans of regions' roots.
     *
     * @param interval time between two scans of all; empty: only those that gc-streams or an operator requests
     * @param parallel directories listed at once
     * @param pagesPerSecond pages of listings, over all regions
     * @param queue bounds of the regions that wait for a scan
     */
    public record Scan(Optional<Duration> interval, int parallel, double pagesPerSecond, ScanQueue.Settings queue) {

        /** Scans on request only. */
        public static final Scan ON_DEMAND = new Scan(Optional.empty(), 4, 20, new ScanQueue.Settings(2, 10_000));

        /** @throws StartupException naming the key that is wrong */
        public Scan {
            require(interval.isEmpty() || interval.get().isPositive(), "sexton.scan.interval must be positive");
            require(parallel >= 1, "sexton.scan.parallel must be at least 1");
            require(pagesPerSecond > 0, "sexton.scan.pages-per-second must be above 0");
        }
    }

    /** @throws StartupException if the lease is too short for the call time-out, or too long */
    public DeleterOptions {
        stores = Map.copyOf(stores);
        kafka = Map.copyOf(kafka);
        KafkaSettings.requireValid(kafkaClient(bootstrapServers, kafka));
        // A lease counts as 0.75 of its length and is renewed each quarter: while renewals are acknowledged, half of it
        // is left at worst. Less can be left of a lock that was waited for, until its first renewal; calls wait for
        // that.
        require(
                lease.dividedBy(2).compareTo(work.callTimeout()) > 0,
                "sexton.locks.lease must be more than twice sexton.storage.call-timeout");
        require(
                lease.compareTo(LONGEST_LEASE) <= 0,
                "sexton.locks.lease must not be above 1h: the lock-coordinator grants none that is longer");
        require(purgeInterval.isPositive(), "sexton.trash.purge-interval must be positive");
    }

    /** Options without a namespace. */
    public DeleterOptions(
            String bootstrapServers,
            boolean singleBroker,
            String groupId,
            String instance,
            Map<String, FileStore> stores,
            DeleterSettings work,
            Duration lease,
            Duration purgeInterval,
            Scan scan,
            Map<String, String> kafka) {
        this(
                Namespace.NONE,
                bootstrapServers,
                singleBroker,
                groupId,
                instance,
                stores,
                work,
                lease,
                purgeInterval,
                scan,
                kafka);
    }

    /**
     * Returns the options of a configuration.
     *
     * @throws StartupException naming the key that is wrong
     */
    public static DeleterOptions of(DeleterConfiguration configuration) {
        StoreLimits limits = new StoreLimits(configuration.limits(), configuration.stores());
        // Read for as long as the process runs.
        configuration.limits().file().ifPresent(file -> new LimitsFile(file, limits));
        return new DeleterOptions(
                Namespaces.of(configuration.namespace()),
                configuration.bootstrapServers(),
                configuration.singleBroker(),
                configuration.groupId(),
                configuration.instance().orElseGet(() -> "deleter-" + UUID.randomUUID()),
                ConfiguredStores.of(
                        configuration.stores(), limits, configuration.storage().callTimeout()),
                work(configuration),
                configuration.locks().lease(),
                configuration.trash().purgeInterval(),
                scan(configuration.scan()),
                configuration.kafka());
    }

    private static Scan scan(DeleterConfiguration.Scan scan) {
        require(scan.regions() >= 1, "sexton.scan.regions must be at least 1");
        require(scan.queue() >= 1, "sexton.scan.queue must be at least 1");
        return new Scan(
                scan.interval(),
                scan.parallel(),
                scan.pagesPerSecond(),
                new ScanQueue.Settings(scan.regions(), scan.queue()));
    }

    /** Scans with a client of this log. */
    public RegionScanner scanner(SextonClient client) {
        Pace pages = new Pace(OptionalDouble.of(scan.pagesPerSecond()), System::nanoTime);
        return new RegionScanner(
                BlockingCalls.of(client.locks()),
                client.publisher(),
                new RegionScanner.Settings(lease, work.lockWait(), scan.parallel(), pages));
    }

    /** Returns the configuration of Kafka clients. */
    public Map<String, Object> kafkaClient() {
        return kafkaClient(bootstrapServers, kafka);
    }

    private static Map<String, Object> kafkaClient(String bootstrapServers, Map<String, String> kafka) {
        Map<String, Object> client = new HashMap<>(kafka);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return client;
    }

    /**
     * Opens a client of this log, named after the instance.
     *
     * @throws StartupException if a setting is none of Kafka's
     */
    public SextonClient openClient() {
        try {
            SextonClient.Builder builder =
                    SextonClient.builder(bootstrapServers).name(instance).namespace(namespace.name());
            kafka.forEach(builder::kafka);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new StartupException("sexton.kafka: " + e.getMessage(), e);
        }
    }

    private static DeleterSettings work(DeleterConfiguration configuration) {
        DeleterConfiguration.Storage storage = configuration.storage();
        DeleterConfiguration.Locks locks = configuration.locks();
        require(storage.parallelCalls() >= 1, "sexton.storage.parallel-calls must be at least 1");
        require(storage.filesPerCall() >= 1, "sexton.storage.files-per-call must be at least 1");
        require(storage.callTimeout().isPositive(), "sexton.storage.call-timeout must be positive");
        require(!locks.idleRelease().isNegative(), "sexton.locks.idle-release must not be negative");
        require(locks.maxWait().isPositive(), "sexton.locks.max-wait must be positive");
        require(locks.fenceWait().isPositive(), "sexton.locks.fence-wait must be positive");
        require(locks.regions() >= 1, "sexton.locks.regions must be at least 1");
        require(configuration.readAheadMib() >= 1, "sexton.read-ahead-mib must be at least 1");
        return new DeleterSettings(
                storage.parallelCalls(),
                storage.filesPerCall(),
                storage.callTimeout(),
                locks.idleRelease(),
                locks.maxWait(),
                locks.fenceWait(),
                locks.regions(),
                configuration.readAheadMib() * 1024L * 1024L);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new StartupException(otherwise);
        }
    }
}
