package io.sexton.client;

import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What one process of a database embeds: make one and share it.
 *
 * <p>It has one producer, one thread for time, one that sends heartbeats and renewals, a few for callbacks, and, once
 * pins or notices, or locks, are used, one consumer with one thread for each of the two: whatever the number of regions,
 * pins and locks.
 *
 * <p>Safe for use by any thread.
 */
public final class SextonClient implements AutoCloseable {

    private static final int MAX_CALLBACK_THREADS = 4;

    private final KafkaLogWriter log;
    private final NoticeRouter noticeRouter;
    private final LockRouter lockRouter;
    private final ThreadTimers timers;
    private final ThreadPoolExecutor sends;
    private final @Nullable ThreadPoolExecutor ownCallbacks;
    private final LifecyclePublisher publisher;
    private final ReaderPins pins;
    private final LockClient locks;
    private final Notices notices;

    private SextonClient(Builder builder) {
        Ids ids = new Ids(builder.name);
        String owner = ids.prefix();
        timers = new ThreadTimers(owner + "-timers", builder.clock);
        sends = threads(owner + "-sends", 1);
        ownCallbacks = builder.callbacks == null ? threads(owner + "-callbacks", MAX_CALLBACK_THREADS) : null;
        Executor callbacks = builder.callbacks == null && ownCallbacks != null ? ownCallbacks : builder.callbacks();
        Map<String, Object> producerConfig = builder.producerConfig(owner);
        log = new KafkaLogWriter(
                new KafkaProducer<>(producerConfig),
                new ProducerConfig(producerConfig).getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
        noticeRouter = new NoticeRouter(sink -> reader(builder, owner, Topics.NOTICES, sink));
        lockRouter = new LockRouter(owner, sink -> reader(builder, owner, Topics.LOCK_EVENTS, sink));
        Threads threads = new Threads(builder.clock, timers, sends, callbacks);
        EventSender sender = new EventSender(log, builder.name);
        ClientParts parts = new ClientParts(
                builder.name, sender, noticeRouter, builder.clock, ids, builder.orphanLinger, builder.answerTimeout);
        publisher = new LifecyclePublisher(sender, log, parts);
        pins = new ReaderPins(parts, threads);
        locks = new LockClient(new LockParts(owner, log, lockRouter, ids, threads, builder.answerTimeout));
        notices = new Notices(noticeRouter, callbacks);
    }

    /** @param bootstrapServers as in Kafka's {@code bootstrap.servers} */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /** Publishes events. */
    public LifecyclePublisher publisher() {
        return publisher;
    }

    /** Makes pins. */
    public ReaderPins pins() {
        return pins;
    }

    /** Takes locks. */
    public LockClient locks() {
        return locks;
    }

    /** Hands notices over. */
    public Notices notices() {
        return notices;
    }

    /**
     * Gives up every pin and lock, waits a few seconds until what was handed over is acknowledged, and ends the threads.
     */
    @Override
    public void close() {
        pins.close();
        locks.close();
        sends.shutdown();
        try {
            sends.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
        noticeRouter.close();
        lockRouter.close();
        timers.close();
        sends.shutdownNow();
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
    }

    private static TopicReader reader(Builder builder, String owner, String topic, AnswerFeed.Sink sink) {
        return new TopicReader(
                topic, owner + "-" + topic, () -> new KafkaConsumer<>(builder.consumerConfig(owner, topic)), sink);
    }

    private static ThreadPoolExecutor threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                // After the end nothing is counted and nobody is told any more.
                new ThreadPoolExecutor.DiscardPolicy());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** How a client is to be. Not safe for use by several threads. */
    public static final class Builder {

        /** What the promises rest on; to change one of these is not a matter of configuration. */
        private static final Set<String> FIXED = Set.of(
                ProducerConfig.ACKS_CONFIG,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                ProducerConfig.PARTITIONER_CLASS_CONFIG,
                ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ConsumerConfig.GROUP_ID_CONFIG,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

        private final String bootstrapServers;
        private final Map<String, Object> kafka = new HashMap<>();
        private String name = "sexton-client";
        private MonotonicClock clock = MonotonicClock.system();
        private @Nullable Executor callbacks;
        private Duration orphanLinger = Duration.ofHours(24);
        private Duration answerTimeout = Duration.ofSeconds(30);

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers;
        }

        /** Who says so, in every event: "datanode-3". */
        public Builder name(String producer) {
            if (producer.isEmpty()) {
                throw new IllegalArgumentException("the name is empty");
            }
            name = producer;
            return this;
        }

        /**
         * A setting of Kafka's clients, for security, time-outs, sizes.
         *
         * @throws IllegalArgumentException if it is one that the promises rest on
         */
        public Builder kafka(String key, Object value) {
            if (FIXED.contains(key)) {
                throw new IllegalArgumentException(key + " cannot be set: the client's promises rest on it");
            }
            kafka.put(key, value);
            return this;
        }

        /** The clock that all counts are taken on. */
        public Builder clock(MonotonicClock monotonic) {
            clock = monotonic;
            return this;
        }

        /** Where callbacks run; a few daemon threads, if not set. A rejected callback is lost, with a warning. */
        public Builder callbacks(Executor executor) {
            callbacks = executor;
            return this;
        }

        /** The {@code orphan_linger} of the policy in force; 24 h, if not set. See {@link WrittenFile}. */
        public Builder orphanLinger(Duration linger) {
            orphanLinger = linger;
            return this;
        }

        /** How long to wait for Sexton's services beyond what an operation may take; 30 s, if not set. */
        public Builder answerTimeout(Duration timeout) {
            answerTimeout = timeout;
            return this;
        }

        /** Makes the client. Does not wait for the broker. */
        public SextonClient build() {
            return new SextonClient(this);
        }

        private Executor callbacks() {
            return callbacks == null ? Runnable::run : callbacks;
        }

        private Map<String, Object> producerConfig(String owner) {
            Map<String, Object> config = new HashMap<>();
            config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
            config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
            config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
            config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            config.putAll(known(ProducerConfig.configNames()));
            config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            config.put(ProducerConfig.CLIENT_ID_CONFIG, owner);
            config.put(ProducerConfig.ACKS_CONFIG, "all");
            config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            return config;
        }

        private Map<String, Object> consumerConfig(String owner, String topic) {
            Map<String, Object> config = new HashMap<>(known(ConsumerConfig.configNames()));
            config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            config.put(ConsumerConfig.CLIENT_ID_CONFIG, owner + "-" + topic);
            config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            return config;
        }

        /** A producer's settings are no consumer's; unknown ones, as of plug-ins, go to both. */
        private Map<String, Object> known(Set<String> own) {
            Map<String, Object> result = new HashMap<>();
            kafka.forEach((key, value) -> {
                boolean isOther = !own.contains(key)
                        && (ProducerConfig.configNames().contains(key)
                                || ConsumerConfig.configNames().contains(key));
                if (!isOther) {
                    result.put(key, value);
                }
            });
            return result;
        }
    }
}
