package io.sexton.deleter.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.client.SextonClient;
import io.sexton.deleter.topology.ClientLocking;
import io.sexton.deleter.topology.DeleterTopology;
import io.sexton.fold.app.StartupException;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicFinding;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;

/** gc-deleter in this process: carries out its share of the partitions of {@code gc.delete-commands}. Thread safe. */
public final class DeleterService implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SextonClient client;
    private final DeleterTopology topology;
    private final Duration callTimeout;

    private DeleterService(SextonClient client, DeleterTopology topology, Duration callTimeout) {
        this.client = client;
        this.topology = topology;
        this.callTimeout = callTimeout;
    }

    /**
     * Starts and returns at once; {@link #isReady} tells when it works.
     *
     * @throws StartupException if the log is not what it must be, or cannot be reached
     */
    public static DeleterService start(DeleterOptions options, MeterRegistry metrics) {
        Map<String, Object> kafka = new HashMap<>(options.kafka());
        kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        checkTopics(kafka, options.singleBroker());
        SextonClient client = client(options);
        try {
            DeleterTopology topology = new DeleterTopology(
                    new DeleterTopology.Log(options.instance(), options.groupId(), kafka),
                    options.work(),
                    options.stores(),
                    new ClientLocking(
                            client.locks(), options.lease(), options.work().lockWait()),
                    metrics);
            return new DeleterService(client, topology, options.work().callTimeout());
        } catch (RuntimeException e) {
            client.close();
            throw new StartupException("the deleter cannot start: " + e.getMessage(), e);
        }
    }

    /** Whether the group has told this deleter which partitions are its own. */
    public boolean isReady() {
        return topology.isReady();
    }

    /** Completes with what has stopped the service for good; the process should end then. */
    public CompletableFuture<Throwable> failure() {
        return topology.failure();
    }

    /** Waits for storage calls under way, commits what is finished, and gives up the locks. */
    @Override
    public void close() {
        topology.close(callTimeout);
        client.close();
    }

    private static SextonClient client(DeleterOptions options) {
        try {
            SextonClient.Builder builder =
                    SextonClient.builder(options.bootstrapServers()).name(options.instance());
            options.kafka().forEach(builder::kafka);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new StartupException("sexton.kafka: " + e.getMessage(), e);
        }
    }

    private static void checkTopics(Map<String, Object> kafka, boolean singleBroker) {
        List<TopicFinding> findings;
        try (TopicAdmin admin = new TopicAdmin(kafka, PATIENCE)) {
            findings = admin.check(singleBroker);
        } catch (RuntimeException e) {
            throw new StartupException("the topics cannot be checked: " + e.getMessage(), e);
        }
        if (!findings.isEmpty()) {
            throw new StartupException("the log would break a promise: "
                    + findings.stream().map(TopicFinding::toString).collect(Collectors.joining("; ")));
        }
    }
}
