package io.sexton.cli.chaos;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.SextonClient;
import io.sexton.demo.database.DatabaseNode;
import io.sexton.demo.database.Locked;
import io.sexton.demo.database.LongQuery;
import io.sexton.demo.database.QueryReport;
import io.sexton.demo.database.Region;
import io.sexton.demo.database.SharedRegion;
import io.sexton.demo.database.SilentQuery;
import io.sexton.demo.database.Timeouts;
import io.sexton.demo.database.Workload;
import io.sexton.demo.proof.Examination;
import io.sexton.demo.proof.RegionPolicies;
import io.sexton.demo.proof.StoreObserver;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.service.Cleanup;
import io.sexton.v1.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The databases of the demo, in a loop: regions that are written to, read by long queries, and moved between nodes
 * under their exclusive lock. They have no faults and long time limits, so that every loss is Sexton's fault.
 */
final class Load implements AutoCloseable {

    private static final int REGIONS = 3;
    private static final int ROWS = 20_000;
    private static final int WRITES_AT_ONCE = 40;
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(50);
    private static final int READERS = 2;
    private static final Duration BETWEEN_MIGRATIONS = Duration.ofSeconds(8);
    private static final Duration MIGRATION = Duration.ofSeconds(3);
    private static final Duration LOST_COMPACTION_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than any outage: a publish that failed would end a leader. */
    private static final int DELIVERY_MS = 900_000;

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Timeouts TIMEOUT =
            new Timeouts(LONG, LONG, LONG, Duration.ofSeconds(20), Duration.ofSeconds(60));
    private static final Duration ORPHAN_LINGER = Duration.ofMinutes(1);

    private final Path directory;
    private final String bootstrapServers;
    private final long seed;
    private final Consumer<String> log;
    private final Cleanup cleanup = new Cleanup();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> new Thread(work, "load"));
    private final List<Future<?>> tasks = new ArrayList<>();
    private final List<DatabaseNode> nodes = new ArrayList<>();
    private final List<Region> regions = new ArrayList<>();
    private final Map<SharedRegion, Long> writes = new ConcurrentHashMap<>();
    private final List<QueryReport> readers = new CopyOnWriteArrayList<>();
    private final List<Locked> locked = new CopyOnWriteArrayList<>();
    private final Map<String, Set<FilePath>> lost = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    Load(Path directory, String bootstrapServers, long seed, Consumer<String> log) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.seed = seed;
        this.log = log;
    }

    /**
     * Returns a policy with short lingers and no guard, since everything that became due while no fold ran may be
     * deleted at once.
     */
    private static Policy policy() {
        return Policy.newBuilder()
                .setObsoleteLinger(seconds(3))
                .setTempLinger(seconds(3))
                .setOrphanLinger(seconds(ORPHAN_LINGER.toSeconds()))
                .setApprovalFloor(1_000_000)
                .build();
    }

    static RegionPolicies policies() {
        return new RegionPolicies(policy(), Map.of());
    }

    private static com.google.protobuf.Duration.Builder seconds(long seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds);
    }

    /** Opens the regions. */
    void open(Path store) throws Exception {
        for (int i = 1; i <= 2; i++) {
            String name = "node-" + i;
            Path disk = Files.createDirectories(directory.resolve(name));
            nodes.add(cleanup.add(new DatabaseNode(name, disk, client(name), TIMEOUT)));
        }
        nodes.get(0).sexton().operator().setPolicy("", policy());
        Path database = Files.createDirectories(directory.resolve("database"));
        for (int i = 1; i <= REGIONS; i++) {
            RegionId id = RegionId.of("region-" + i);
            Workload workload = new Workload(seed, id.value(), ROWS);
            regions.add(cleanup.add(Region.open(SharedRegion.create(id, workload, store, database), nodes.get(i % 2))));
        }
    }

    private SextonClient client(String name) {
        return SextonClient.builder(bootstrapServers)
                .name(name)
                .orphanLinger(ORPHAN_LINGER)
                .kafka("delivery.timeout.ms", DELIVERY_MS)
                .build();
    }

    /** Watches the store of the open regions. */
    StoreObserver observer() {
        return cleanup.add(StoreObserver.start(regions.stream()
                .map(Region::shared)
                .collect(Collectors.toMap(
                        region -> region.id().value(), region -> region.store().root()))));
    }

    void start() {
        regions.forEach(region -> start(() -> write(region)));
        SextonClient queryNode = cleanup.add(client("query-node"));
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(seed + i);
            start(() -> read(queryNode, random));
        }
        start(() -> migrate(new Random(seed)));
        start(() -> lose(queryNode));
    }

    private interface Task {
        void run() throws Exception;
    }

    private void start(Task task) {
        tasks.add(threads.submit(() -> {
            task.run();
            return null;
        }));
    }

    private void write(Region region) throws Exception {
        long count = 0;
        while (!stopping) {
            region.write(WRITES_AT_ONCE);
            count += WRITES_AT_ONCE;
            writes.put(region.shared(), count);
            Thread.sleep(BETWEEN_WRITES);
        }
    }

    /** Reads under a pin: a short one, which any fault ends, or a long one, which survives most. */
    private void read(SextonClient client, Random random) throws Exception {
        while (!stopping) {
            Region region = regions.get(random.nextInt(regions.size()));
            Duration ttl = Duration.ofSeconds(5 + random.nextInt(30));
            Duration length = Duration.ofSeconds(5 + random.nextInt(10));
            readers.add(new LongQuery(region.shared(), client.pins(), ttl, length, random.nextLong()).run());
        }
    }

    private void migrate(Random random) throws Exception {
        int moves = 0;
        while (!stopping) {
            Thread.sleep(BETWEEN_MIGRATIONS);
            Region region = regions.get(moves % regions.size());
            try {
                locked.add(region.migrate(nodes.get(random.nextInt(nodes.size())), MIGRATION));
            } catch (LockUnavailableException e) {
                log.accept("no migration of " + region.shared().id() + ": " + e.getMessage());
            }
            moves++;
        }
    }

    /** Kills a query and a compaction, once in each region. */
    private void lose(SextonClient client) throws Exception {
        for (Region region : regions) {
            Thread.sleep(BETWEEN_MIGRATIONS);
            if (!stopping) {
                loseReader(region, client);
                lost.put(region.shared().id().value(), region.loseCompaction(LOST_COMPACTION_TIMEOUT));
            }
        }
    }

    /** Kills a reader. One whose pin is not accepted in time stops, and another tries. */
    private void loseReader(Region region, SextonClient client) throws Exception {
        QueryReport report;
        do {
            report = new SilentQuery(region.shared(), client, LOST_COMPACTION_TIMEOUT).run();
            readers.add(report);
        } while (report.ending() instanceof QueryReport.GaveUp);
    }

    /** @throws AssertionError if any of it has failed */
    void requireRunning() {
        for (Future<?> task : tasks) {
            if (task.isDone()) {
                requireSuccess(task);
            }
        }
    }

    private static void requireSuccess(Future<?> task) {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the load has failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends it: from here on nothing is written, read or moved any more. */
    void quiesce() throws Exception {
        stopping = true;
        for (Future<?> task : tasks) {
            requireSuccess(task);
        }
        for (Region region : regions) {
            region.quiesce();
        }
    }

    /** Returns the files in the store that are not live. */
    List<FilePath> garbage() throws IOException {
        List<FilePath> garbage = new ArrayList<>();
        for (Region region : regions) {
            region.requireRunning();
            Set<FilePath> stored = new TreeSet<>(region.shared().storedFiles());
            region.liveFiles().stream().map(FilePath::of).forEach(stored::remove);
            garbage.addAll(stored);
        }
        return garbage;
    }

    /** Returns its observations, after {@link #quiesce}. */
    Examination.Seen seen(StoreObserver observer) {
        return new Examination.Seen(regions, writes, readers, lost, locked, observer);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        cleanup.close();
    }
}
