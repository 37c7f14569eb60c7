package io.sexton.cli.demo;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.cli.Cleanup;
import io.sexton.cli.demo.database.DatabaseNode;
import io.sexton.cli.demo.database.Patience;
import io.sexton.cli.demo.database.Region;
import io.sexton.cli.demo.database.SharedRegion;
import io.sexton.cli.demo.database.Workload;
import io.sexton.cli.demo.metrics.MetricsCluster;
import io.sexton.cli.demo.proof.AuditLog;
import io.sexton.cli.demo.proof.Conditions;
import io.sexton.cli.demo.proof.Examination;
import io.sexton.cli.demo.proof.RegionPolicies;
import io.sexton.cli.demo.proof.StoreObserver;
import io.sexton.cli.service.LocalServices;
import io.sexton.client.Operator;
import io.sexton.client.SextonClient;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        Stores stores = Stores.in(directory);
        LocalServices services = cleanup.add(
                LocalServices.start(directory, ANY_FREE_PORT, PARTITIONS, stores.byName(), new SimpleMeterRegistry()));
        services.awaitReady();
        live.say("broker, gc-streams, lock-coordinator and gc-deleter are up");
        DatabaseNode first = node("node-1", services);
        DatabaseNode second = node("node-2", services);
        SextonClient queryNode = cleanup.add(client("query-node", services));
        SextonClient operator = cleanup.add(client("operator", services));
        setPolicies(operator.operator());
        List<Region> regions = openRegions(stores.files(), first);
        MetricsLoad.open(operator);
        MetricsCluster cluster =
                MetricsCluster.create(stores.metrics(), directory.resolve("measuring"), settings.seed());
        StoreObserver observer = observe(regions, cluster);
        live.say(settings.regions() + " regions are open and are written to for " + settings.load() + " s");

        List<WriteLoad> writers = regions.stream()
                .map(region -> new WriteLoad(region, DemoSettings.WRITES_PER_SECOND))
                .toList();
        QueryLoad queries =
                new QueryLoad(regions.stream().map(Region::shared).toList(), queryNode, DemoSettings.QUERY_LENGTH);
        Scenes scenes = new Scenes(regions, live);
        TrashScene trash = cleanup.add(new TrashScene(settings.trashed(), stores.ofDatabases(), operator, live));
        MetricsLoad metrics = new MetricsLoad(cluster, stores.ofMetrics(), services.scanner(operator), live);
        new Load(settings, writers, queries, metrics, scenes, trash).run(queryNode, second, observer, live);
        for (Region region : regions) {
            region.settle();
        }
        live.say("the load has stopped; now the garbage has to go");
        awaitNoGarbage(services, regions, cluster, observer);
        interference.with(regions, directory);

        Map<SharedRegion, Long> writes = writers.stream()
                .collect(Collectors.toMap(writer -> writer.region().shared(), WriteLoad::writes));
        Path scratch = Files.createDirectories(directory.resolve("restored"));
        return Examination.examine(
                new Examination.Seen(regions, writes, queries.reports(), scenes.lost(), scenes.locked(), observer),
                new Examination.Kept(cluster, stores.files(), trash.list(), scenes.restored(), stores.archive()),
                AuditLog.read(services.bootstrapServers()),
                settings.policies(),
                Conditions.CALM,
                scratch);
    }

    /** Of several that match a region, the one that was set last counts. */
    private void setPolicies(Operator operator) throws InterruptedException {
        RegionPolicies policies = settings.policies();
        var unused = operator.setPolicy("", policies.ofMost());
        for (Map.Entry<RegionId, Policy> each : policies.own().entrySet()) {
            unused = operator.setPolicy(each.getKey().value(), each.getValue());
        }
    }

    private StoreObserver observe(List<Region> regions, MetricsCluster cluster) {
        Map<String, Path> roots = regions.stream()
                .map(Region::shared)
                .collect(Collectors.toMap(
                        region -> region.id().value(), region -> region.store().root()));
        roots.put(MetricsCluster.ID.value(), cluster.root());
        return cleanup.add(StoreObserver.start(roots));
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
        for (int i = 0; i < settings.regions(); i++) {
            RegionId id = settings.region(i);
            Workload workload = new Workload(settings.seed(), id.value(), DemoSettings.ROWS);
            regions.add(cleanup.add(Region.open(SharedRegion.create(id, workload, store, database), node)));
        }
        return regions;
    }

    /** Returns when the store has nothing but live files and every command its report, or at the deadline. */
    private void awaitNoGarbage(
            LocalServices services, List<Region> regions, MetricsCluster cluster, StoreObserver observer)
            throws Exception {
        long deadline = System.nanoTime() + GARBAGE_DEADLINE.toNanos();
        long left = Long.MAX_VALUE;
        while (left > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(200);
            left = cluster.left().size();
            for (Region region : regions) {
                region.requireRunning();
                left += garbage(region);
            }
            live.show("files: " + observer.counts().deleted() + " gone, " + left + " left that have to go");
            if (left == 0) {
                left = Examination.unreported(AuditLog.read(services.bootstrapServers()), settings.policies());
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
