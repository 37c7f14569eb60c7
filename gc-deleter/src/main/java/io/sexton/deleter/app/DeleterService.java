package io.sexton.deleter.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.client.SextonClient;
import io.sexton.deleter.topology.ClientLocking;
import io.sexton.deleter.topology.DeleterTopology;
import io.sexton.deleter.topology.LogTime;
import io.sexton.deleter.topology.ScanSchedule;
import io.sexton.deleter.topology.TrashPurger;
import io.sexton.fold.app.LogCheck;
import io.sexton.fold.app.StartupException;
import io.sexton.proto.Grants;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** gc-deleter in this process: carries out its share of the partitions of {@code gc.delete-commands}. Thread safe. */
public final class DeleterService implements AutoCloseable {

    private final SextonClient client;
    private final DeleterTopology topology;
    private final TrashPurger purger;
    private final Optional<ScanSchedule> scans;
    private final Duration callTimeout;

    private DeleterService(
            SextonClient client,
            DeleterTopology topology,
            TrashPurger purger,
            Optional<ScanSchedule> scans,
            Duration callTimeout) {
        this.client = client;
        this.topology = topology;
        this.purger = purger;
        this.scans = scans;
        this.callTimeout = callTimeout;
    }

    /**
     * Starts and returns at once; {@link #isReady} tells when it works.
     *
     * @throws StartupException if the log is not what it must be, or cannot be reached
     */
    public static DeleterService start(DeleterOptions options, MeterRegistry metrics) {
        Map<String, Object> kafka = options.kafkaClient();
        LogCheck check =
                new LogCheck(kafka, options.namespace(), Grants.deleter(options.namespace(), options.groupId()));
        check.requireSound(options.singleBroker());
        SextonClient client = options.openClient();
        try {
            DeleterTopology topology = new DeleterTopology(
                    new DeleterTopology.Log(
                            options.namespace(),
                            options.instance(),
                            options.namespace().scoped(options.groupId()),
                            kafka,
                            check::refusal),
                    options.work(),
                    options.stores(),
                    new ClientLocking(
                            client.locks(), options.lease(), options.work().lockWait()),
                    metrics);
            TrashPurger purger = new TrashPurger(
                    options.instance(),
                    options.stores(),
                    new LogTime(kafka, options.namespace()),
                    options.purgeInterval());
            Optional<ScanSchedule> scans = options.scan()
                    .interval()
                    .map(interval -> new ScanSchedule(
                            options.instance(), options.stores(), options.scanner(client), topology::owns, interval));
            return new DeleterService(
                    client, topology, purger, scans, options.work().callTimeout());
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
        purger.close();
        scans.ifPresent(ScanSchedule::close);
        topology.close(callTimeout);
        client.close();
    }
}
