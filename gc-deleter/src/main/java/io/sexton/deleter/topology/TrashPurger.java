package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.Trash;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The periodic purge of the trash of every store. Several deleters may purge at once. */
public final class TrashPurger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrashPurger.class);

    private final Map<String, FileStore> stores;
    private final LogTime time;
    private final ScheduledExecutorService thread;
    private volatile boolean stopping;

    /** Starts; the first round comes after one interval. */
    public TrashPurger(String name, Map<String, FileStore> stores, LogTime time, Duration interval) {
        this.stores = new TreeMap<>(stores);
        this.time = time;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name + "-purge").factory());
        var unused = thread.scheduleWithFixedDelay(
                this::purgeAll, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void purgeAll() {
        try {
            Instant now = time.now();
            for (Map.Entry<String, FileStore> each : stores.entrySet()) {
                purge(each.getKey(), each.getValue().trash(), now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            LOG.warn("The trash is not purged this time: {}", e.toString());
        } catch (Error e) {
            LOG.error("The trash is not purged this time", e);
        }
    }

    private void purge(String store, Trash trash, Instant now) throws InterruptedException {
        CallGuard guard = length -> stopping ? Optional.of("the deleter stops") : Optional.empty();
        try {
            Trash.Purged purged = trash.purge(now, guard);
            if (purged.files() > 0 || purged.failed() > 0) {
                LOG.info(
                        "Purged {} files ({} bytes) from the trash of store '{}'; {} could not be",
                        purged.files(),
                        purged.bytes(),
                        store,
                        purged.failed());
            }
        } catch (StorageProblemException e) {
            LOG.warn("The trash of store '{}' is not purged to its end: {}", store, e.detail());
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
    }
}
