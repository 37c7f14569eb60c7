package io.sexton.deleter.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions that wait for a scan, in the order of their requests, and the threads that scan them. Requests of
 * gc-streams and of the {@link ScanSchedule} go through it alike, so that no region is listed twice at once and all
 * scans together are bounded.
 *
 * <p>A region waits once: a further request replaces the store and root of the waiting one. A request for a region that
 * is being scanned waits for the end of that scan, since the inventory that is under way may be too old for it.
 *
 * <p>Nothing is kept over a restart: gc-streams requests an inventory again, with back-off, until it has a sound one.
 *
 * <p>Safe for use by any thread.
 */
public final class ScanQueue implements ScanRequests, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScanQueue.class);
    private static final int LONGEST_NAME = 256;
    private static final Duration END = Duration.ofSeconds(10);

    /**
     * Bounds of the queue.
     *
     * @param regionsAtOnce regions that are scanned side by side
     * @param capacity regions that wait
     */
    public record Settings(int regionsAtOnce, int capacity) {

        /** @throws IllegalArgumentException if a bound is below 1 */
        public Settings {
            if (regionsAtOnce < 1 || capacity < 1) {
                throw new IllegalArgumentException("every bound of the scans must be at least 1");
            }
        }
    }

    /** Lists a region and publishes its inventory, as {@link RegionScanner#scan} does. */
    @FunctionalInterface
    public interface Scan {

        /** @throws IOException if the inventory is not complete */
        RegionScanner.Scanned scan(FileStore store, RegionRoot root, CallGuard stop)
                throws IOException, InterruptedException;
    }

    /** A region that waits or is being scanned. Guarded by the queue's monitor. */
    private static final class Entry {
        private String store;
        private RegionRoot root;
        private boolean over;

        private Entry(String store, RegionRoot root) {
            this.store = store;
            this.root = root;
        }
    }

    private final Map<String, FileStore> stores;
    private final Scan scans;
    private final Settings settings;
    private final ScanMetrics metrics;
    private final List<Thread> threads = new ArrayList<>();
    private final LinkedHashMap<RegionId, Entry> waiting = new LinkedHashMap<>();
    private final Set<RegionId> running = new HashSet<>();
    private volatile boolean stopping;

    /**
     * Starts the threads.
     *
     * @param name prefix of the threads' names
     * @param stores the configured stores by name
     */
    public ScanQueue(
            String name, Map<String, FileStore> stores, Scan scans, Settings settings, MeterRegistry registry) {
        this.stores = Map.copyOf(stores);
        this.scans = scans;
        this.settings = settings;
        this.metrics = new ScanMetrics(registry, this::waiting);
        for (int i = 0; i < settings.regionsAtOnce(); i++) {
            threads.add(Thread.ofPlatform().name(name + "-scan-" + i).start(this::work));
        }
    }

    /** Returns the number of regions that wait. */
    public synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public void request(String store, RegionRoot root) {
        Optional<String> problem = problemWith(store, root);
        if (problem.isPresent()) {
            LOG.error("Region {} is not scanned: {}", root.region(), problem.get());
            metrics.ended(ScanMetrics.Result.REFUSED);
            return;
        }
        if (enter(store, root).isEmpty() && !stopping) {
            LOG.warn(
                    "Region {} is not scanned now, because {} regions wait already; gc-streams requests it again",
                    root.region(),
                    settings.capacity());
            metrics.ended(ScanMetrics.Result.DROPPED);
        }
    }

    /** Scans a region; returns once that has ended, complete or not. Waits for room in the queue. */
    synchronized void scan(String store, RegionRoot root) throws InterruptedException {
        Optional<Entry> entered = enter(store, root);
        while (entered.isEmpty() && !stopping) {
            wait();
            entered = enter(store, root);
        }
        while (entered.isPresent() && !entered.get().over && !stopping) {
            wait();
        }
    }

    private Optional<String> problemWith(String store, RegionRoot root) {
        if (!stores.containsKey(store)) {
            return Optional.of("its store '" + store.substring(0, Math.min(store.length(), LONGEST_NAME))
                    + "' is not configured here; configured are " + stores.keySet()
                    + ". Its orphans stay until sexton.stores has it");
        }
        // Here, too, and not by the store alone, so that what waits has bounded size.
        return FilePath.problemWith(root.root()).map(problem -> "its root " + problem);
    }

    /** Returns the place of the region among those that wait; empty if there is no room, or the queue ends. */
    private synchronized Optional<Entry> enter(String store, RegionRoot root) {
        if (stopping) {
            return Optional.empty();
        }
        Entry entry = waiting.get(root.region());
        if (entry != null) {
            // The later one in the log holds: the region may have been dropped, and opened elsewhere.
            entry.store = store;
            entry.root = root;
            return Optional.of(entry);
        }
        if (waiting.size() >= settings.capacity()) {
            return Optional.empty();
        }
        entry = new Entry(store, root);
        waiting.put(root.region(), entry);
        notifyAll();
        return Optional.of(entry);
    }

    private void work() {
        try {
            while (!stopping) {
                Entry entry = take();
                try {
                    scan(entry);
                } finally {
                    end(entry);
                }
            }
        } catch (InterruptedException e) {
            // The queue ends.
        }
    }

    /** Returns the first of those that wait whose region is not being scanned. */
    private synchronized Entry take() throws InterruptedException {
        while (true) {
            for (Iterator<Map.Entry<RegionId, Entry>> each = waiting.entrySet().iterator(); each.hasNext(); ) {
                Map.Entry<RegionId, Entry> next = each.next();
                if (running.add(next.getKey())) {
                    each.remove();
                    notifyAll();
                    return next.getValue();
                }
            }
            wait();
        }
    }

    private synchronized void end(Entry entry) {
        running.remove(entry.root.region());
        entry.over = true;
        notifyAll();
    }

    private void scan(Entry entry) throws InterruptedException {
        RegionRoot root = entry.root;
        FileStore store = stores.get(entry.store);
        if (store == null) {
            throw new IllegalStateException("a store that is not configured was queued: " + entry.store);
        }
        CallGuard stop = length -> stopping ? Optional.of("the deleter stops") : Optional.empty();
        try {
            RegionScanner.Scanned scanned = scans.scan(store, root, stop);
            LOG.info("Region {} has {} files ({} bytes)", root.region(), scanned.files(), scanned.bytes());
            scanned.unrepresentable().report().ifPresent(report -> LOG.warn("Region {}: {}", root.region(), report));
            metrics.unrepresentable(scanned.unrepresentable().count());
            metrics.ended(ScanMetrics.Result.COMPLETE);
        } catch (IOException e) {
            incomplete(entry, e.toString());
        } catch (RuntimeException | Error e) {
            // A thread that ends would take the scans of all regions with it. No acknowledgement is among the causes.
            incomplete(entry, e.toString());
            LOG.debug("Scan of region {}", root.region(), e);
        }
    }

    private void incomplete(Entry entry, String why) {
        if (!stopping) {
            LOG.warn(
                    "The inventory of region {} in store '{}' is not complete, and proves no file missing: {}",
                    entry.root.region(),
                    entry.store,
                    why);
        }
        metrics.ended(ScanMetrics.Result.INCOMPLETE);
    }

    /** Ends the scans under way, whose inventories stay incomplete. */
    @Override
    public void close() {
        stopping = true;
        synchronized (this) {
            waiting.clear();
            notifyAll();
        }
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
