package io.sexton.client;

import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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

    private final LifecyclePublisher publisher;
    private final ReaderPins pins;
    private final LockClient locks;
    private final Notices notices;
    private final NoticeRouter noticeRouter;
    private final LockRouter lockRouter;
    private final @Nullable KafkaPorts kafka;

    private SextonClient(Builder builder, ClientPorts ports, @Nullable KafkaPorts kafka) {
        this.kafka = kafka;
        Ids ids = new Ids(ports.processId());
        noticeRouter = new NoticeRouter(sink -> ports.answers(Topics.NOTICES, sink));
        lockRouter = new LockRouter(ports.processId(), sink -> ports.answers(Topics.LOCK_EVENTS, sink));
        Threads threads = new Threads(ports.clock(), ports.timers(), ports.sends(), ports.callbacks());
        EventSender sender = new EventSender(ports.log(), builder.name);
        ClientParts parts = new ClientParts(
                builder.name, sender, noticeRouter, ports.clock(), ids, builder.orphanLinger, builder.answerTimeout);
        publisher = new LifecyclePublisher(sender, ports.log(), parts);
        pins = new ReaderPins(parts, threads);
        locks = new LockClient(
                new LockParts(ports.processId(), ports.log(), lockRouter, ids, threads, builder.answerTimeout));
        notices = new Notices(noticeRouter, ports.callbacks());
    }

    /** @param bootstrapServers as in Kafka's {@code bootstrap.servers} */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /** A client on other ports than Kafka's; settings for Kafka, the clock and the callbacks are the ports' business. */
    public static Builder builder(ClientPorts ports) {
        Builder builder = new Builder("");
        builder.given = ports;
        return builder;
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
        if (kafka != null) {
            kafka.finishSending();
        }
        noticeRouter.close();
        lockRouter.close();
        if (kafka != null) {
            kafka.close();
        }
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
        private Namespace namespace = Namespace.NONE;
        private MonotonicClock clock = MonotonicClock.system();
        private @Nullable Executor callbacks;
        private @Nullable ClientPorts given;
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
         * The namespace that this client and its services share; none, if not set.
         *
         * @throws IllegalArgumentException if it is no namespace
         */
        public Builder namespace(String prefix) {
            namespace = Namespace.of(prefix);
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
            if (given != null) {
                return new SextonClient(this, given, null);
            }
            KafkaPorts kafkaPorts = new KafkaPorts(name, this);
            return new SextonClient(this, kafkaPorts, kafkaPorts);
        }

        MonotonicClock clock() {
            return clock;
        }

        Namespace namespace() {
            return namespace;
        }

        @Nullable
        Executor callbacks() {
            return callbacks;
        }

        Map<String, Object> producerConfig(String owner) {
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

        Map<String, Object> consumerConfig(String owner, String topic) {
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
