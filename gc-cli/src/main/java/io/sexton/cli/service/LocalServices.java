package io.sexton.cli.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.client.SextonClient;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.demo.Services;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.service.Cleanup;
import io.sexton.service.CommandFailure;
import io.sexton.service.RunningService;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** All of Sexton in this process: a broker and the three services. Used by one thread. */
public final class LocalServices implements Services {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int MIB = 1 << 20;

    private final Cleanup cleanup;
    private final String bootstrapServers;
    private final List<RunningService> services;
    private final DeleterOptions deleter;

    private LocalServices(
            Cleanup cleanup, String bootstrapServers, List<RunningService> services, DeleterOptions deleter) {
        this.cleanup = cleanup;
        this.bootstrapServers = bootstrapServers;
        this.services = services;
        this.deleter = deleter;
    }

    /**
     * Starts a broker and the services, with the data of earlier starts on the directory. The services need not be
     * ready when it returns.
     *
     * @param data for the broker's log and the services' state
     * @param port for clients; 0: any free one
     * @param partitions of each topic; the same as before on a directory that has been used
     * @param stores that gc-deleter deletes from, by name
     * @throws CommandFailure if the broker or a service cannot start; then nothing is left running
     */
    public static LocalServices start(
            Path data, int port, int partitions, Map<String, FileStore> stores, MeterRegistry metrics) {
        Cleanup cleanup = new Cleanup();
        boolean started = false;
        try {
            String servers = cleanup.add(broker(data.resolve("broker"), port)).bootstrapServers();
            makeTopics(servers, partitions);
            FoldRuntime streams = StreamsService.start(
                    fold("gc-streams", servers, data), TICK_INTERVAL, ConfiguredPolicies.NONE, metrics);
            RunningService decides =
                    cleanup.add(new RunningService("gc-streams", streams::isReady, streams.failure(), streams::close));
            FoldRuntime coordinator =
                    CoordinatorService.start(fold("lock-coordinator", servers, data), TICK_INTERVAL, metrics);
            RunningService locks = cleanup.add(new RunningService(
                    "lock-coordinator", coordinator::isReady, coordinator.failure(), coordinator::close));
            DeleterOptions options = deleter(servers, stores);
            DeleterService deleter = DeleterService.start(options, metrics);
            RunningService deletes =
                    cleanup.add(new RunningService("gc-deleter", deleter::isReady, deleter.failure(), deleter::close));
            started = true;
            return new LocalServices(cleanup, servers, List.of(decides, locks, deletes), options);
        } finally {
            if (!started) {
                cleanup.close();
            }
        }
    }

    /** Returns the address for clients. */
    @Override
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Returns once all services work. */
    @Override
    public void awaitReady() throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        for (RunningService service : services) {
            while (!service.ready().getAsBoolean()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException(
                            service.name() + " did not begin to work within " + TIMEOUT.toSeconds() + " s");
                }
                Thread.sleep(20);
            }
        }
    }

    /** Scans as this gc-deleter would. */
    @Override
    public RegionScanner scanner(SextonClient client) {
        return deleter.scanner(client);
    }

    List<RunningService> services() {
        return services;
    }

    private static EmbeddedBroker broker(Path directory, int port) {
        try {
            return EmbeddedBroker.start(directory, port);
        } catch (IllegalStateException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void makeTopics(String servers, int partitions) {
        try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", servers), TIMEOUT)) {
            var unused = admin.create(TopicSettings.singleBroker(partitions));
        }
    }

    private static FoldSettings fold(String name, String servers, Path data) {
        return new FoldSettings(
                name, servers, true, data.resolve(name), 1, COMMIT_INTERVAL, 4L * MIB, 16L * MIB, 8L * MIB, Map.of());
    }

    private static DeleterOptions deleter(String servers, Map<String, FileStore> stores) {
        return new DeleterOptions(
                servers,
                true,
                "gc-deleter",
                "deleter-1",
                stores,
                DeleterSettings.DEFAULTS,
                LEASE,
                DeleterOptions.DEFAULT_PURGE_INTERVAL,
                DeleterOptions.Scan.ON_DEMAND,
                Map.of());
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
