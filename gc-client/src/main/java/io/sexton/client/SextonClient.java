package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.HeartbeatPins;
import io.sexton.client.internal.KafkaPorts;
import io.sexton.client.internal.KafkaSettings;
import io.sexton.client.internal.LeasedLocks;
import io.sexton.client.locks.LockClient;
import io.sexton.client.pins.ReaderPins;
import io.sexton.client.spi.ClientPorts;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.proto.Namespace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
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

    private final ClientParts parts;
    private final LifecyclePublisher publisher;
    private final Operator operator;
    private final HeartbeatPins pins;
    private final LeasedLocks locks;
    private final Notices notices;
    private final @Nullable KafkaPorts kafka;

    private SextonClient(Builder builder, ClientPorts ports, @Nullable KafkaPorts kafka) {
        this.kafka = kafka;
        parts = ClientParts.of(ports, builder.name, builder.orphanLinger, builder.answerTimeout);
        publisher = new LifecyclePublisher(parts);
        operator = new Operator(parts);
        pins = new HeartbeatPins(parts);
        locks = LeasedLocks.of(ports, parts);
        notices = new Notices(parts);
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

    /** Returns the acts of operators: holds, approvals, policies. */
    public Operator operator() {
        return operator;
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
     * Closes every pin and releases every lock, waits up to 15 s until earlier sends are acknowledged, and stops the
     * threads. Operations that are called later fail with an {@link IllegalStateException} or a
     * {@link SextonException}.
     */
    @Override
    public void close() {
        pins.close();
        locks.close();
        if (kafka != null) {
            kafka.finishSending();
        }
        parts.notices().close();
        locks.stopReading();
        if (kafka != null) {
            kafka.close();
        }
    }

    /** The configuration of a client. Not safe for use by several threads. */
    public static final class Builder {

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
            KafkaSettings.requireSettable(key);
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
            KafkaPorts kafkaPorts = new KafkaPorts(
                    name, new KafkaSettings(bootstrapServers, namespace, Map.copyOf(kafka), clock, callbacks));
            return new SextonClient(this, kafkaPorts, kafkaPorts);
        }
    }
}
