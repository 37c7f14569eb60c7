package io.sexton.deleter.topology;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.DeleterView;
import io.sexton.deleter.core.Input;
import io.sexton.deleter.storage.FileStore;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.service.AbandonedTransactions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of one running deleter.
 *
 * <pre>
 * gc.delete-commands -> CommandReader -> DeleterEngine(DeleterCore) -> StorageCalls
 *                            |                 |-> RegionLocking
 *                            |                 |-> FencePublisher -> gc.events
 *                            |                 |-> ScanRequests (ScanQueue -> RegionScanner -> gc.events)
 *                            |                 |-> StoreOutages
 *                            |-> KafkaCommandLog -> gc.events + offsets
 *                            |-> ReportLog -> DeadLetterBox -> gc.dead-letters
 * </pre>
 *
 * <p>One thread reads and commits, one sends fences, and as many make storage calls of each store as the settings allow.
 */
public final class DeleterTopology implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeleterTopology.class);
    private static final Duration POLL_INTERVAL = Duration.ofMinutes(2);
    private static final int REPORTS_A_TRANSACTION = 500;

    /** The time without a heartbeat after which a deleter's partitions go to another one, unless configured. */
    public static final int SESSION_TIMEOUT_MS = 10_000;

    /** An open transaction of a killed deleter holds back the readers of gc.events for so long. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    private final ExecutorService callers;
    private final ExecutorService sender;
    private final Producer<byte[], byte[]> plainProducer;
    private final DeleterEngine engine;
    private final CommandReader reader;
    private final AbandonedTransactions transactions;
    private final String commands;
    private final Thread thread;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    /**
     * The log that a deleter works on, and its identity there.
     *
     * @param namespace of the topics
     * @param name of this instance alone: the producer of its events, and the prefix of its clients' names
     * @param groupId the consumer group that all deleters share, namespace included
     * @param clientConfig how to reach the brokers; further settings of the clients
     * @param refusals returns the permission that is missing, where that is why a request failed
     * @param brokersAnswering how long brokers have answered another client, without a pause until now
     */
    public record Log(
            Namespace namespace,
            String name,
            String groupId,
            Map<String, Object> clientConfig,
            Function<Throwable, Optional<String>> refusals,
            Supplier<Duration> brokersAnswering) {

        private static final Duration ALWAYS = Duration.ofSeconds(Long.MAX_VALUE);

        /** A deleter without a namespace, whose brokers permit everything. */
        public Log(String name, String groupId, Map<String, Object> clientConfig) {
            this(Namespace.NONE, name, groupId, clientConfig, failure -> Optional.empty(), () -> ALWAYS);
        }

        /** Copies the configuration. */
        public Log {
            clientConfig = Map.copyOf(clientConfig);
        }
    }

    /**
     * Starts; returns before the group has given it any partition.
     *
     * @param scans takes the inventories that gc-streams requests; closed by the caller, after this
     */
    public DeleterTopology(
            Log log,
            DeleterSettings settings,
            Map<String, FileStore> stores,
            RegionLocking locking,
            ScanRequests scans,
            MeterRegistry registry) {
        DeleterMetrics metrics = new DeleterMetrics(registry);
        DeleterCore core = new DeleterCore(settings, () -> log.name() + "/" + UUID.randomUUID());
        callers = callers(log, settings, stores.size());
        sender = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(log.name() + "-fences").factory());
        plainProducer = new KafkaProducer<>(producerConfig(log), new ByteArraySerializer(), new ByteArraySerializer());
        engine = new DeleterEngine(
                log.name(),
                core,
                core,
                new DeleterEngine.Ports(
                        locking,
                        new FencePublisher(plainProducer, log.namespace().topic(Topics.EVENTS), sender)::publish,
                        new StorageCalls(stores, metrics),
                        scans,
                        callers,
                        new StoreOutages(stores.keySet(), registry),
                        () -> Duration.ofNanos(System.nanoTime())),
                settings.callTimeout());
        Gauge.builder("sexton.deleter.calls.in.flight", engine, each -> each.query(DeleterView::callsInFlight))
                .description("Storage calls under way")
                .register(registry);
        commands = log.namespace().topic(Topics.DELETE_COMMANDS);
        reader = new CommandReader(
                new KafkaCommandLog(
                        new KafkaConsumer<>(
                                consumerConfig(log), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        () -> transactionalProducer(log),
                        log.namespace()),
                engine,
                new ReportLog(
                        commands,
                        metrics,
                        new DeadLetterBox(plainProducer, log.namespace().topic(Topics.DEAD_LETTERS), sender)),
                new CommandReader.Membership(
                        log.name(),
                        log.groupId(),
                        POLL_INTERVAL,
                        REPORTS_A_TRANSACTION,
                        log.brokersAnswering(),
                        log.refusals()));
        transactions =
                AbandonedTransactions.start(log.clientConfig(), log.groupId(), id -> memberOf(id, log.groupId()));
        thread = Thread.ofPlatform().name(log.name() + "-commands").start(this::read);
    }

    /** Returns the client id of the deleter whose transactions have that id. */
    private static String memberOf(String transactionalId, String groupId) {
        return transactionalId.substring(groupId.length() + 1) + "-commands";
    }

    /**
     * Returns the threads of storage calls: enough for all calls that the core gives out of the configured stores, and as
     * many for those of stores that are not configured. Else calls that hang would delay those of another store.
     */
    private static ExecutorService callers(Log log, DeleterSettings settings, int stores) {
        int most = Math.multiplyExact(settings.parallelCalls(), stores + 1);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most,
                most,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(log.name() + "-storage-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private void read() {
        try (reader) {
            reader.run();
        } catch (RuntimeException | Error e) {
            LOG.error("The deleter cannot go on; nothing has been skipped", e);
            failure.complete(e);
        }
    }

    /** Returns whether the deleter is a member of its group, and the group coordinator has answered lately. */
    public boolean isReady() {
        return reader.hasAssignment() && reader.reachesCoordinator() && thread.isAlive();
    }

    /** Returns whether this deleter carries out the commands of the region; may change with every rebalance. */
    public boolean owns(RegionId region) {
        int partitions = plainProducer.partitionsFor(commands).size();
        // The default partitioner's choice, which all keys of the log follow.
        int partition = Utils.toPositive(Utils.murmur2(region.toKey())) % partitions;
        return engine.query(core -> core.isAssigned(partition));
    }

    /** Completes with the failure that has stopped the deleter. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    /**
     * Stops: no storage call starts any more, those under way end, what is finished is committed. The locks are released by
     * their client, which the caller closes.
     *
     * @param timeout how long to wait for storage calls
     */
    public void close(Duration timeout) {
        // First: a call that is given out and never made would keep its lock until the lease ends.
        engine.submit(new Input.Stopping());
        callers.shutdown();
        try {
            if (!callers.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "A storage call did not end within {}: its files are reported when their command is delivered again",
                        timeout);
            }
            reader.stop();
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        transactions.close();
        sender.shutdown();
        plainProducer.close(Duration.ofSeconds(5));
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }

    private static Map<String, Object> consumerConfig(Log log) {
        Map<String, Object> config = new HashMap<>();
        // A deleter that dies is replaced within 25 s: the session ends beside the lease of its locks (section 8).
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
        // A consumer that may not describe its topic retries after this time: five minutes, if not set.
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 20_000);
        config.putAll(known(log.clientConfig(), ConsumerConfig.configNames()));
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, log.name() + "-commands");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, log.groupId());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // WARNING: a silent reset would pass over revokes; the position is set explicitly (section 10a).
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(POLL_INTERVAL.toMillis()));
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return config;
    }

    private static Map<String, Object> producerConfig(Log log) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        config.putAll(known(log.clientConfig(), ProducerConfig.configNames()));
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, log.name() + "-fences");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return config;
    }

    private static Producer<byte[], byte[]> transactionalProducer(Log log) {
        Map<String, Object> config = producerConfig(log);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, log.name() + "-reports");
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, log.groupId() + "-" + log.name());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
        // A transaction has to fail before the time-out of the group for this thread.
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> known(Map<String, Object> config, Set<String> names) {
        Map<String, Object> result = new HashMap<>();
        config.forEach((key, value) -> {
            boolean ofTheOther = !names.contains(key)
                    && (ConsumerConfig.configNames().contains(key)
                            || ProducerConfig.configNames().contains(key));
            if (!ofTheOther) {
                result.put(key, value);
            }
        });
        return result;
    }
}
