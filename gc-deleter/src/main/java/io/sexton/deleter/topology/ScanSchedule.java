package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The periodic scans of all regions that have a root in a store, one after the other, by the queue that serves requests of
 * gc-streams, too. Each of several deleters scans the regions whose commands it carries out.
 */
public final class ScanSchedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScanSchedule.class);

    private final Map<String, FileStore> stores;
    private final ScanQueue queue;
    private final Predicate<RegionId> isOwn;
    private final ScheduledExecutorService thread;
    private volatile boolean stopping;

    /** Starts. The first round comes at some time within one interval: deleters that start together scan apart. */
    public ScanSchedule(
            String name, Map<String, FileStore> stores, ScanQueue queue, Predicate<RegionId> isOwn, Duration interval) {
        this.stores = new TreeMap<>(stores);
        this.queue = queue;
        this.isOwn = isOwn;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name + "-scan-schedule").factory());
        // At random: a deleter that restarts more often than once an interval would else never scan.
        long first = ThreadLocalRandom.current().nextLong(interval.toMillis());
        var unused = thread.scheduleWithFixedDelay(this::scanAll, first, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void scanAll() {
        CallGuard stop = length -> stopping ? Optional.of("the deleter stops") : Optional.empty();
        stores.forEach((name, store) -> {
            try {
                for (RegionRoot root : store.roots(stop)) {
                    if (!stopping && isOwn.test(root.region())) {
                        queue.scan(name, root);
                    }
                }
            } catch (StorageProblemException e) {
                LOG.warn("The roots in store '{}' cannot be listed, and are not scanned: {}", name, e.detail());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                // A scheduled task that throws is never run again.
                LOG.error("Store '{}' is not scanned this time", name, e);
            }
        });
    }

    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
    }
}
