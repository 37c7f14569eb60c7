package io.sexton.fold.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.RocksDbBudget;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Grant;
import io.sexton.proto.MissingPermission;
import io.sexton.service.AbandonedTransactions;
import io.sexton.service.BrokerProbe;
import io.sexton.service.KafkaSettings;
import io.sexton.service.LogCheck;
import io.sexton.service.StartupException;
import io.sexton.v1.Tick;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's share of a fold: checks the log, determines the starting position, runs the topology and writes ticks.
 * Thread safe.
 *
 * <p>{@link #close} waits for the current transaction; a killed process loses nothing, its transaction is aborted.
 */
public final class FoldRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FoldRuntime.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LARGEST_ROW_BYTES = 16 << 20;
    /** Longer than the election of a new leader takes; a shorter gap between ticks is harmless. */
    private static final Duration LONGEST_WITHOUT_TICKS = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final Ticker ticker;
    private final BrokerProbe brokers;
    private final AbandonedTransactions transactions;
    private final KafkaStreamsMetrics metrics;
    private final MeterRegistry registry;
    private final List<Meter> tickMetrics;
    private final LogCheck check;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private FoldRuntime(
            KafkaStreams streams,
            Ticker ticker,
            BrokerProbe brokers,
            AbandonedTransactions transactions,
            LogCheck check,
            String source,
            MeterRegistry registry) {
        this.streams = streams;
        this.check = check;
        this.ticker = ticker;
        this.brokers = brokers;
        this.transactions = transactions;
        this.registry = registry;
        this.metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        this.tickMetrics = List.of(
                counter("sexton.ticks.written", "Ticks that brokers have acknowledged", source, Ticker::written),
                counter("sexton.ticks.failed", "Ticks that could not be written", source, Ticker::failed));
    }

    private Meter counter(String name, String description, String source, ToDoubleFunction<Ticker> count) {
        return FunctionCounter.builder(name, ticker, count)
                .description(description)
                .tag("topic", source)
                .register(registry);
    }

    /**
     * Starts; returns once Kafka Streams is starting, before it has its partitions: {@link #isReady} returns true once
     * it works.
     *
     * @param source the log that is folded, without the namespace
     * @param grants the permissions that the service needs
     * @param tickEvent wraps a tick as a record's value on that log
     * @param topology wires the fold, given the ticker and the partitioner of record keys
     * @param metrics receives those of Kafka Streams
     * @throws StartupException if the log is not usable (design, section 10a), or cannot be reached
     */
    public static FoldRuntime start(
            FoldSettings settings,
            String source,
            List<Grant> grants,
            Function<Tick, byte[]> tickEvent,
            BiFunction<Ticker, Placement, Topology> topology,
            MeterRegistry metrics) {
        Map<String, Object> client = settings.client();
        LogCheck check = new LogCheck(client, settings.namespace(), grants);
        check.requireSound(settings.singleBroker());
        new ApplicationRecord(client, settings.namespace(), TIMEOUT).require(source, settings.applicationId());
        String log = settings.namespace().topic(source);
        int partitions = StartingPosition.ensureCommitted(client, settings.application(), log, TIMEOUT);
        Ticker ticker = new Ticker(() -> tickProducer(client), log, tickEvent, Clock.systemUTC(), System::nanoTime);
        Placement placement = (key, partition) -> partitionOf(key, partitions) == partition;
        KafkaStreams streams = streams(settings, topology.apply(ticker, placement));
        BrokerProbe brokers = BrokerProbe.start(client, () -> activePartitions(streams, log));
        AbandonedTransactions transactions =
                AbandonedTransactions.start(client, settings.application(), FoldRuntime::memberOf);
        FoldRuntime runtime = new FoldRuntime(streams, ticker, brokers, transactions, check, source, metrics);
        runtime.streams.setUncaughtExceptionHandler(runtime::afterFailure);
        runtime.streams.start();
        return runtime;
    }

    /**
     * Returns how the client ids of the process begin whose transactions have that id. Kafka Streams makes both from one id
     * of the process: "application-id-thread" of transactions, "application-id-StreamThread-thread-consumer" of members.
     * With a configured client id no member is recognized, and no transaction is ended early.
     */
    private static String memberOf(String transactionalId) {
        return transactionalId.substring(0, transactionalId.lastIndexOf('-'));
    }

    private static Set<TopicPartition> activePartitions(KafkaStreams streams, String source) {
        if (!streams.state().isRunningOrRebalancing()) {
            return Set.of();
        }
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .filter(partition -> partition.topic().equals(source))
                .collect(Collectors.toSet());
    }

    /**
     * Returns true if the fold has its partitions and works on them. False while the brokers do not answer, and while
     * due ticks have failed for half a minute: without them nothing is deleted, and no lease ends.
     */
    public boolean isReady() {
        return isReady(streams.state(), ticker.failingFor(), brokers.hasRecentAnswer());
    }

    static boolean isReady(KafkaStreams.State state, Duration withoutTicks, boolean brokersAnswer) {
        return state == KafkaStreams.State.RUNNING
                && withoutTicks.compareTo(LONGEST_WITHOUT_TICKS) < 0
                && brokersAnswer;
    }

    /** Completes with what has stopped the fold for good; the process should end then. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    @Override
    public void close() {
        brokers.close();
        transactions.close();
        metrics.close();
        tickMetrics.forEach(registry::remove);
        // Leaves its group, so that another instance, or the next process, has the partitions at once and not after a
        // session: meanwhile no lock would be granted and no pin accepted.
        streams.close(CloseOptions.timeout(TIMEOUT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        ticker.close();
    }

    /**
     * Returns the reaction to a failure: a retryable one is retried by a new thread; any other would repeat, so the
     * process must end and report it.
     */
    private StreamThreadExceptionResponse afterFailure(Throwable error) {
        if (isRetryable(error)) {
            LOG.warn(
                    "the fold lost its broker or its transaction and starts over: {}",
                    rootOf(error).toString());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        Optional<String> refusal = check.refusal(error);
        if (refusal.isPresent()) {
            LOG.error("the fold stops, and nothing has been skipped: {}", refusal.get());
            AuthorizationException named = new AuthorizationException(
                    refusal.get() + "; nothing is lost, and the next start resumes where this one stopped");
            named.addSuppressed(error);
            failure.complete(named);
        } else {
            // The process names the cause in its last line; where it came from helps only where it is a bug.
            LOG.error("the fold has failed; nothing has been skipped", isBug(rootOf(error)) ? error : null);
            failure.complete(error);
        }
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /**
     * Returns true for a retryable failure: a new thread, with a new producer, begins where the last commit was and may
     * get further. Retryable are a broker that did not answer; a transaction whose state differs from its producer's,
     * because the brokers have ended it meanwhile: this process was cut off, or paused, for longer than a transaction
     * may take; and the retry of a commit by Kafka Streams after a time-out: it begins with the offsets, which the
     * producer refuses by then.
     */
    static boolean isRetryable(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof ApplicationRecoverableException
                    || cause instanceof InvalidTxnStateException
                    || isRepeatedCommit(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Distinguishes it from a bug by the message, the only difference: see
     * {@code TransactionManager.throwIfPendingState} of Kafka's producer.
     */
    private static boolean isRepeatedCommit(Throwable cause) {
        return cause instanceof IllegalStateException
                && String.valueOf(cause.getMessage()).endsWith("timed out and must be retried");
    }

    /**
     * Returns true if the cause is in this process, not in the brokers or the disk, whose exceptions are checked ones.
     */
    private static boolean isBug(Throwable root) {
        return root instanceof Error || (root instanceof RuntimeException && !(root instanceof KafkaException));
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static Producer<byte[], byte[]> tickProducer(Map<String, Object> client) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // A tick is worth nothing once the next is due: a late one only holds the next back.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> tick, Callback callback) {
                // The ticker reports failures, but does not know whose the producer is.
                return super.send(
                        tick,
                        (metadata, error) ->
                                callback.onCompletion(metadata, error == null ? null : named(error, client)));
            }
        };
    }

    private static Exception named(Exception error, Map<String, Object> client) {
        return MissingPermission.of(error, AclOperation.WRITE, client)
                .<Exception>map(missing -> new AuthorizationException(missing.toString()))
                .orElse(error);
    }

    /**
     * Creates Kafka Streams. A configuration that it refuses is reported in one line, as all other mistakes of the
     * configuration are.
     */
    private static KafkaStreams streams(FoldSettings settings, Topology topology) {
        try {
            return new KafkaStreams(topology, streamsConfig(settings));
        } catch (IllegalArgumentException | KafkaException e) {
            throw new StartupException(
                    "Kafka Streams does not start with this configuration: " + KafkaSettings.reason(e), e);
        }
    }

    private static Properties streamsConfig(FoldSettings settings) {
        Properties config = new Properties();
        // A killed instance holds its partitions for a session, and its open transaction's readers for a time-out.
        // Brokers
        // accept no shorter session by default; three heartbeats may be lost in it.
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
        // Another instance, where there is one, has the state at hand when this one dies.
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        config.put(FoldSettings.TRANSACTION_TIMEOUT_KEY, (int) FoldSettings.TRANSACTION_TIMEOUT.toMillis());
        // A row grows with what a region waits for. One that no broker took would stop the fold at each start.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LARGEST_ROW_BYTES);
        config.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), LARGEST_ROW_BYTES);
        // Rows of one region, written in order, share most of their bytes: a fifth is left of them.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1_000);
        // Rows bear the time of the record that wrote them, which another broker's clock may find to lie ahead.
        config.put(StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG), Long.MAX_VALUE);
        config.putAll(settings.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.application());
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // WARNING: a silent reset would fold a log with a hole (I1, I2): see StartingPosition.
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, settings.cacheBytes());
        config.putAll(RocksDbBudget.settings(settings.blockCacheBytes(), settings.writeBufferBytes()));
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.singleBroker() ? 1 : 3);
        // WARNING: a changelog that loses acknowledged records gives a state with a hole (I1), as the log itself would.
        config.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), settings.singleBroker() ? 1 : 2);
        config.put(StreamsConfig.topicPrefix(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG), false);
        return config;
    }

    /** Returns the partition of a key, as Kafka's default partitioner does. */
    private static int partitionOf(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
