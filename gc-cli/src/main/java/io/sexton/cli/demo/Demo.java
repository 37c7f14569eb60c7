package io.sexton.cli.demo;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.cli.Cleanup;
import io.sexton.cli.demo.database.DatabaseNode;
import io.sexton.cli.demo.database.Patience;
import io.sexton.cli.demo.database.Region;
import io.sexton.cli.demo.database.SharedRegion;
import io.sexton.cli.demo.database.Workload;
import io.sexton.cli.demo.proof.AuditLog;
import io.sexton.cli.demo.proof.Conditions;
import io.sexton.cli.demo.proof.Examination;
import io.sexton.cli.demo.proof.StoreObserver;
import io.sexton.cli.service.LocalServices;
import io.sexton.client.SextonClient;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One run of the demo: starts Sexton and the databases, writes and reads and lets things go wrong for a while, then
 * waits until the garbage is gone and examines what has happened.
 */
final class Demo implements AutoCloseable {

    private static final int ANY_FREE_PORT = 0;
    private static final int PARTITIONS = 2;
    private static final int QUERY_THREADS = 3;
    private static final Duration FIRST_QUERY = Duration.ofSeconds(3);
    private static final Duration GARBAGE_DEADLINE = Duration.ofSeconds(40);

    private final DemoSettings settings;
    private final Path directory;
    private final LiveLine live;
    private final Cleanup cleanup = new Cleanup();

    /** @param directory an empty directory; everything lies in it */
    Demo(DemoSettings settings, Path directory, LiveLine live) {
        this.settings = settings;
        this.directory = directory;
        this.live = live;
    }

    /** Runs it. */
    Examination.Findings run(Interference interference) throws Exception {
        Path store = Files.createDirectories(directory.resolve("store"));
        FileStore files = new FileStore(
                new LocalObjectStore(new LocalStoreSettings(store, null)), RootShape.parse(SharedRegion.ROOT_SHAPE));
        LocalServices services = cleanup.add(LocalServices.start(
                directory, ANY_FREE_PORT, PARTITIONS, Map.of(SharedRegion.STORE, files), new SimpleMeterRegistry()));
        services.awaitReady();
        live.say("broker, gc-streams, lock-coordinator and gc-deleter are up");
        DatabaseNode first = node("node-1", services);
        DatabaseNode second = node("node-2", services);
        SextonClient queryNode = cleanup.add(client("query-node", services));
        first.sexton()
                .publisher()
                .setPolicy(
                        PolicySet.newBuilder().setPolicy(DemoSettings.policy()).build())
                .get();
        List<Region> regions = openRegions(store, first);
        StoreObserver observer = cleanup.add(StoreObserver.start(regions.stream()
                .map(Region::shared)
                .collect(Collectors.toMap(
                        region -> region.id().value(), region -> region.store().root()))));
        live.say(settings.regions() + " regions are open and are written to for " + settings.load() + " s");

        List<WriteLoad> writers = regions.stream()
                .map(region -> new WriteLoad(region, DemoSettings.WRITES_PER_SECOND))
                .toList();
        QueryLoad queries =
                new QueryLoad(regions.stream().map(Region::shared).toList(), queryNode, DemoSettings.QUERY_LENGTH);
        Scenes scenes = new Scenes(regions, live);
        load(writers, queries, scenes, queryNode, second, observer);
        for (Region region : regions) {
            region.settle();
        }
        live.say("the load has stopped; now the garbage has to go");
        awaitNoGarbage(services, regions, observer);
        interference.with(regions);

        Map<SharedRegion, Long> writes = writers.stream()
                .collect(Collectors.toMap(writer -> writer.region().shared(), WriteLoad::writes));
        Path scratch = Files.createDirectories(directory.resolve("restored"));
        return Examination.examine(
                new Examination.Seen(regions, writes, queries.reports(), scenes.lost(), scenes.locked(), observer),
                AuditLog.read(services.bootstrapServers()),
                DemoSettings.policy(),
                Conditions.CALM,
                scratch);
    }

    private DatabaseNode node(String name, LocalServices services) throws IOException {
        Path disk = Files.createDirectories(directory.resolve(name));
        return cleanup.add(new DatabaseNode(name, disk, client(name, services), Patience.SHORT));
    }

    private static SextonClient client(String name, LocalServices services) {
        return SextonClient.builder(services.bootstrapServers())
                .name(name)
                .orphanLinger(DemoSettings.ORPHAN_LINGER)
                .build();
    }

    private List<Region> openRegions(Path store, DatabaseNode node) throws Exception {
        List<Region> regions = new ArrayList<>();
        Path database = Files.createDirectories(directory.resolve("database"));
        for (int i = 1; i <= settings.regions(); i++) {
            RegionId id = RegionId.of("region-" + i);
            Workload workload = new Workload(settings.seed(), id.value(), DemoSettings.ROWS);
            regions.add(cleanup.add(Region.open(SharedRegion.create(id, workload, store, database), node)));
        }
        return regions;
    }

    private void load(
            List<WriteLoad> writers,
            QueryLoad queries,
            Scenes scenes,
            SextonClient queryNode,
            DatabaseNode target,
            StoreObserver observer)
            throws Exception {
        Duration length = Duration.ofSeconds(settings.load());
        long end = System.nanoTime() + length.toNanos();
        long lastQuery = end - DemoSettings.QUERY_LENGTH.toNanos();
        try (Background background = new Background()) {
            writers.forEach(writer -> background.start(() -> writer.runUntil(end)));
            for (int i = 0; i < QUERY_THREADS; i++) {
                long seed = settings.seed() + i;
                background.startAfter(FIRST_QUERY.plusMillis(700L * i), () -> queries.runUntil(lastQuery, seed));
            }
            background.startAfter(length.multipliedBy(3).dividedBy(10), () -> queries.add(scenes.killQuery(queryNode)));
            background.startAfter(length.multipliedBy(4).dividedBy(10), scenes::loseCompaction);
            background.startAfter(length.multipliedBy(5).dividedBy(10), () -> scenes.migrate(target));
            background.await(() -> live.show(state(writers, queries, observer)));
        }
    }

    /** Fits on a line of 80 columns. */
    private static String state(List<WriteLoad> writers, QueryLoad queries, StoreObserver observer) {
        StoreObserver.Counts store = observer.counts();
        return String.format(
                Locale.ROOT,
                "%,d writes; files: %d written, %d deleted, %d there; queries: %d",
                writers.stream().mapToLong(WriteLoad::writes).sum(),
                store.written(),
                store.deleted(),
                store.present(),
                queries.running() + queries.reports().size());
    }

    /** Returns when the store has nothing but live files and every command its report, or at the deadline. */
    private void awaitNoGarbage(LocalServices services, List<Region> regions, StoreObserver observer) throws Exception {
        long deadline = System.nanoTime() + GARBAGE_DEADLINE.toNanos();
        long left = Long.MAX_VALUE;
        while (left > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(200);
            left = 0;
            for (Region region : regions) {
                region.requireRunning();
                left += garbage(region);
            }
            live.show("files: " + observer.counts().deleted() + " deleted, " + left + " left that are garbage");
            if (left == 0) {
                left = Examination.unreported(AuditLog.read(services.bootstrapServers()), DemoSettings.policy());
            }
        }
        if (left > 0) {
            live.say("the garbage is not gone after " + GARBAGE_DEADLINE.toSeconds() + " s");
        }
    }

    private static long garbage(Region region) throws IOException {
        Set<FilePath> stored = new TreeSet<>(region.shared().store().list());
        region.liveFiles().stream().map(FilePath::of).forEach(stored::remove);
        return stored.size();
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
