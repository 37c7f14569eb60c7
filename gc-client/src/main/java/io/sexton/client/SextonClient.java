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
 * The client that a process of a database embeds. One instance is enough for a process.
 *
 * <p>It has one producer, one thread for timers, one thread that sends heartbeats and renewals, and a few for
 * callbacks. It has one consumer with one thread once pins or notices are used, and another one once locks are used.
 * These numbers do not depend on the numbers of regions, pins and locks.
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

    /**
     * Returns a builder of a client of a Kafka cluster.
     *
     * @param bootstrapServers value of Kafka's {@code bootstrap.servers}
     */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /**
     * Returns a builder of a client on other ports than Kafka's. Settings for Kafka, clock and callbacks have no effect
     * then.
     */
    public static Builder builder(ClientPorts ports) {
        Builder builder = new Builder("");
        builder.ports = ports;
        return builder;
    }

    /** Returns the publisher of events. */
    public LifecyclePublisher publisher() {
        return publisher;
    }

    /** Returns the factory of pins. */
    public ReaderPins pins() {
        return pins;
    }

    /** Returns the client for locks. */
    public LockClient locks() {
        return locks;
    }

    /** Returns the source of notices. */
    public Notices notices() {
        return notices;
    }

    /**
     * Closes every pin and releases every lock, waits a few seconds until earlier sends are acknowledged, and stops the
     * threads.
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

    /** The configuration of a client. Not safe for use by several threads. */
    public static final class Builder {

        /** Settings that cannot be overridden, because I1 to I5 depend on them. */
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
        private @Nullable ClientPorts ports;
        private Duration orphanLinger = Duration.ofHours(24);
        private Duration answerTimeout = Duration.ofSeconds(30);

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers;
        }

        /**
         * Sets the producer that every event names, for instance "datanode-3".
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Builder name(String producer) {
            if (producer.isEmpty()) {
                throw new IllegalArgumentException("the name is empty");
            }
            name = producer;
            return this;
        }

        /**
         * Sets the namespace that this client shares with its services. The default is none.
         *
         * @throws IllegalArgumentException if it is not a valid namespace
         */
        public Builder namespace(String prefix) {
            namespace = Namespace.of(prefix);
            return this;
        }

        /**
         * Sets a property of Kafka's clients, for security, timeouts or sizes.
         *
         * @throws IllegalArgumentException if the property cannot be overridden
         */
        public Builder kafka(String key, Object value) {
            if (FIXED.contains(key)) {
                throw new IllegalArgumentException(key + " cannot be set: the guarantees of the client depend on it");
            }
            kafka.put(key, value);
            return this;
        }

        /** Sets the clock on which leases, time-to-lives and timeouts are counted. */
        public Builder clock(MonotonicClock monotonic) {
            clock = monotonic;
            return this;
        }

        /**
         * Sets the executor of callbacks. The default has a few daemon threads. A callback that it rejects is dropped
         * with a warning.
         */
        public Builder callbacks(Executor executor) {
            callbacks = executor;
            return this;
        }

        /** Sets the {@code orphan_linger} of the policy in force. The default is 24 h. See {@link WrittenFile}. */
        public Builder orphanLinger(Duration linger) {
            orphanLinger = linger;
            return this;
        }

        /**
         * Sets the time to wait for answers of Sexton's services, in addition to the time of an operation. The default
         * is 30 s.
         */
        public Builder answerTimeout(Duration timeout) {
            answerTimeout = timeout;
            return this;
        }

        /** Returns a new client. Does not wait for the broker. */
        public SextonClient build() {
            if (ports != null) {
                return new SextonClient(this, ports, null);
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
            config.putAll(applicable(ProducerConfig.configNames()));
            config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            config.put(ProducerConfig.CLIENT_ID_CONFIG, owner);
            config.put(ProducerConfig.ACKS_CONFIG, "all");
            config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            return config;
        }

        Map<String, Object> consumerConfig(String owner, String topic) {
            Map<String, Object> config = new HashMap<>(applicable(ConsumerConfig.configNames()));
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

        /**
         * Returns the properties that apply to one kind of client. Unknown properties, such as those of plug-ins, apply
         * to both.
         */
        private Map<String, Object> applicable(Set<String> own) {
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
