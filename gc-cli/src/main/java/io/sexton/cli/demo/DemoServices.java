package io.sexton.cli.demo;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.demo.database.SharedRegion;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.storage.LocalFileStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.streams.app.StreamsService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Sexton as a whole, in this process: a broker and the three services. */
final class DemoServices implements AutoCloseable {

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int MIB = 1 << 20;

    private final Cleanup cleanup;
    private final String bootstrapServers;

    private DemoServices(Cleanup cleanup, String bootstrapServers) {
        this.cleanup = cleanup;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts all of it, and returns once it works.
     *
     * @param directory for the broker's log and the services' state
     * @param store what gc-deleter deletes from
     * @throws TimeoutException if a service does not begin to work
     */
    static DemoServices start(Path directory, Path store) throws InterruptedException, TimeoutException {
        Cleanup cleanup = new Cleanup();
        boolean started = false;
        try {
            EmbeddedBroker broker = cleanup.add(EmbeddedBroker.start(directory.resolve("broker"), 0));
            DemoServices services = new DemoServices(cleanup, broker.bootstrapServers());
            services.makeTopics();
            StreamsService streams = cleanup.add(StreamsService.start(
                    services.fold("gc-streams", directory), TICK_INTERVAL, new SimpleMeterRegistry()));
            CoordinatorService coordinator = cleanup.add(CoordinatorService.start(
                    services.fold("lock-coordinator", directory), TICK_INTERVAL, new SimpleMeterRegistry()));
            DeleterService deleter =
                    cleanup.add(DeleterService.start(services.deleter(store), new SimpleMeterRegistry()));
            await(streams::isReady, "gc-streams");
            await(coordinator::isReady, "lock-coordinator");
            await(deleter::isReady, "gc-deleter");
            started = true;
            return services;
        } finally {
            if (!started) {
                cleanup.close();
            }
        }
    }

    /** Where clients connect. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    private void makeTopics() {
        try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", bootstrapServers), PATIENCE)) {
            var unused = admin.create(TopicSettings.singleBroker(PARTITIONS));
        }
    }

    private FoldSettings fold(String name, Path directory) {
        return new FoldSettings(
                name,
                bootstrapServers,
                true,
                directory.resolve(name),
                1,
                COMMIT_INTERVAL,
                4L * MIB,
                16L * MIB,
                8L * MIB,
                Map.of());
    }

    private DeleterOptions deleter(Path store) {
        LocalFileStore files =
                new LocalFileStore(new LocalStoreSettings(store, RootShape.parse(SharedRegion.ROOT_SHAPE), null));
        return new DeleterOptions(
                bootstrapServers,
                true,
                "gc-deleter",
                "deleter-1",
                Map.of(SharedRegion.STORE, files),
                DeleterSettings.DEFAULTS,
                LEASE,
                Map.of());
    }

    private interface Readiness {
        boolean isReady();
    }

    private static void await(Readiness service, String name) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!service.isReady()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(name + " did not begin to work within " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
