package io.sexton.demo;

import io.sexton.client.RegionSettings;
import io.sexton.client.SextonClient;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.demo.metrics.MetricsCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The checkpoints of a cluster's hosts, and their listing as {@code sexton scan} does it. The hosts do not use Sexton.
 * Run by one thread.
 */
final class MetricsLoad {

    private static final CallGuard FREE = length -> Optional.empty();

    private final MetricsCluster cluster;
    private final FileStore store;
    private final RegionScanner scanner;
    private final LiveLine live;

    MetricsLoad(MetricsCluster cluster, FileStore store, RegionScanner scanner, LiveLine live) {
        this.cluster = cluster;
        this.store = store;
        this.scanner = scanner;
        this.live = live;
    }

    /** Publishes once, as an operator does, the root of the files and a policy by age alone. */
    static void open(SextonClient client) throws InterruptedException {
        RegionSettings settings = RegionSettings.retentionOnly(Stores.METRICS, MetricsCluster.ID.value());
        client.publisher().openRegion(MetricsCluster.ID, 1, settings, 0).close();
    }

    /** Writes all checkpoints, evenly over this time, and scans a few times; the last time when all are written. */
    void run(Duration length) throws IOException, InterruptedException {
        for (int round = 0; round < MetricsCluster.ROUNDS; round++) {
            cluster.write(round);
            // Not in step with the periods of the archive, so that it has to be added to.
            if (round % 4 == 1 || round == MetricsCluster.ROUNDS - 1) {
                scan();
            }
            Thread.sleep(length.dividedBy(MetricsCluster.ROUNDS));
        }
    }

    private void scan() throws IOException, InterruptedException {
        RegionRoot root = store.rootOf(MetricsCluster.ID)
                .orElseThrow(() -> new IllegalStateException("the shape of roots does not contain the cluster's root"));
        RegionScanner.Scanned scanned = scanner.scan(store, root, FREE);
        live.print("a scan of " + MetricsCluster.ID + " has found " + scanned.files()
                + " checkpoints; they are archived when they are " + DemoSettings.RETENTION.toSeconds() + " s old");
    }
}
