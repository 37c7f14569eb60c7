package io.sexton.deleter.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.client.SextonClient;
import io.sexton.deleter.storage.FileNameEncoding;
import io.sexton.deleter.topology.ClientLocking;
import io.sexton.deleter.topology.DeleterTopology;
import io.sexton.deleter.topology.LogTime;
import io.sexton.deleter.topology.ScanQueue;
import io.sexton.deleter.topology.ScanSchedule;
import io.sexton.deleter.topology.TrashPurger;
import io.sexton.proto.Grants;
import io.sexton.service.BrokerProbe;
import io.sexton.service.KafkaSettings;
import io.sexton.service.LogCheck;
import io.sexton.service.StartupException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * gc-deleter in this process, which executes its share of the partitions of {@code gc.delete-commands}. Thread safe.
 */
public final class DeleterService implements AutoCloseable {

    private final SextonClient client;
    private final DeleterTopology topology;
    private final BrokerProbe brokers;
    private final TrashPurger purger;
    private final ScanQueue scans;
    private final Optional<ScanSchedule> schedule;
    private final Duration callTimeout;

    private DeleterService(
            SextonClient client,
            DeleterTopology topology,
            BrokerProbe brokers,
            TrashPurger purger,
            ScanQueue scans,
            Optional<ScanSchedule> schedule,
            Duration callTimeout) {
        this.client = client;
        this.topology = topology;
        this.brokers = brokers;
        this.purger = purger;
        this.scans = scans;
        this.schedule = schedule;
        this.callTimeout = callTimeout;
    }

    /**
     * Starts and returns at once; {@link #isReady} returns true once it works.
     *
     * @throws StartupException if the log is not usable, or cannot be reached; or if the JVM cannot handle file names
     *     that are UTF-8
     */
    public static DeleterService start(DeleterOptions options, MeterRegistry metrics) {
        requireExactNames();
        Map<String, Object> kafka = options.kafkaClient();
        LogCheck check =
                new LogCheck(kafka, options.namespace(), Grants.deleter(options.namespace(), options.groupId()));
        check.requireSound(options.singleBroker());
        SextonClient client = options.openClient();
        @Nullable ScanQueue scans = null;
        @Nullable BrokerProbe brokers = null;
        try {
            brokers = BrokerProbe.start(kafka, Set::of);
            scans = new ScanQueue(
                    options.instance(),
                    options.stores(),
                    options.scanner(client)::scan,
                    options.scan().queue(),
                    metrics);
            DeleterTopology topology = new DeleterTopology(
                    new DeleterTopology.Log(
                            options.namespace(),
                            options.instance(),
                            options.namespace().scoped(options.groupId()),
                            kafka,
                            check::refusal,
                            brokers::answeringFor),
                    options.work(),
                    options.stores(),
                    new ClientLocking(
                            client.locks(), options.lease(), options.work().lockWait()),
                    scans,
                    metrics);
            TrashPurger purger = new TrashPurger(
                    options.instance(),
                    options.stores(),
                    new LogTime(kafka, options.namespace()),
                    options.purgeInterval());
            ScanQueue queue = scans;
            Optional<ScanSchedule> schedule = options.scan()
                    .interval()
                    .map(interval ->
                            new ScanSchedule(options.instance(), options.stores(), queue, topology::owns, interval));
            return new DeleterService(
                    client,
                    topology,
                    brokers,
                    purger,
                    scans,
                    schedule,
                    options.work().callTimeout());
        } catch (RuntimeException e) {
            if (scans != null) {
                scans.close();
            }
            if (brokers != null) {
                brokers.close();
            }
            client.close();
            throw new StartupException("the deleter cannot start: " + KafkaSettings.reason(e), e);
        }
    }

    /**
     * Returns true if the deleter is a member of its group, its group coordinator has answered recently, and the
     * brokers answer.
     */
    public boolean isReady() {
        return topology.isReady() && brokers.hasRecentAnswer();
    }

    /** Completes with what has stopped the service for good; the process should end then. */
    public CompletableFuture<Throwable> failure() {
        return topology.failure();
    }

    /** Waits for storage calls under way, commits what is finished, and gives up the locks. */
    @Override
    public void close() {
        brokers.close();
        purger.close();
        schedule.ifPresent(ScanSchedule::close);
        scans.close();
        topology.close(callTimeout);
        client.close();
    }

    /**
     * Throws where this process cannot handle file names that are UTF-8.
     *
     * @throws StartupException naming the encoding, and what to set
     */
    public static void requireExactNames() {
        FileNameEncoding.problem().ifPresent(problem -> {
            throw new StartupException(problem);
        });
    }
}
