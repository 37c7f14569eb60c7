package io.sexton.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A probe of the brokers by small periodic requests. No other client detects an outage: a consumer without records and
 * a producer without work fail at nothing. Thread safe.
 *
 * <p>It also writes the log of an outage: a line when it begins, one a minute, and one when it ends.
 */
public final class BrokerProbe implements AutoCloseable {

    /**
     * Time between two requests, and the time that each may take. A silence is detected within twice that and its
     * limit.
     */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Admin admin;
    private final Supplier<Set<TopicPartition>> partitions;
    private final BrokerSilence silence;
    private final Thread thread;

    private BrokerProbe(Admin admin, Supplier<Set<TopicPartition>> partitions, BrokerSilence silence) {
        this.admin = admin;
        this.partitions = partitions;
        this.silence = silence;
        this.thread = Thread.ofPlatform().daemon().name("broker-probe").start(this::run);
    }

    /**
     * Starts; the brokers count as answering at first.
     *
     * @param client configuration of the brokers' connection
     * @param partitions those that this process works on: their leaders have to answer. Without partitions, any broker.
     */
    public static BrokerProbe start(Map<String, Object> client, Supplier<Set<TopicPartition>> partitions) {
        Map<String, Object> config = new HashMap<>(client);
        config.keySet().retainAll(AdminClientConfig.configNames());
        int timeout = Math.toIntExact(INTERVAL.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sexton-broker-probe");
        LongSupplier nanoTime = System::nanoTime;
        return new BrokerProbe(
                Admin.create(config),
                partitions,
                new BrokerSilence(String.valueOf(client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)), nanoTime));
    }

    /** Returns true if the brokers have answered recently. */
    public boolean hasRecentAnswer() {
        return silence.isShort();
    }

    /** Returns how long the brokers have answered without a pause; zero some seconds before an outage is certain. */
    public Duration answeringFor() {
        return silence.answeringFor();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                probe();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void probe() throws InterruptedException {
        try {
            Set<TopicPartition> probed = partitions.get();
            if (probed.isEmpty()) {
                var unused = admin.describeCluster().nodes().get();
            } else {
                var unused = admin.listOffsets(
                                probed.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
                        .all()
                        .get();
            }
            silence.answered();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (isAnswer(cause)) {
                silence.answered();
            } else {
                silence.unanswered(cause);
            }
        }
    }

    /** Returns true for a response. A refusal is one, too: the component whose request is refused reports it. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof ApiException
                && !(failure instanceof RetriableException)
                && !(failure instanceof AuthenticationException);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ZERO);
    }
}
