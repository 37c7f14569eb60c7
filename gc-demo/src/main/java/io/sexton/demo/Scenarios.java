package io.sexton.demo;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.demo.database.DatabaseNode;
import io.sexton.demo.database.Locked;
import io.sexton.demo.database.QueryReport;
import io.sexton.demo.database.Region;
import io.sexton.demo.database.SilentQuery;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.rocksdb.RocksDBException;

/** The failures and unusual operations of a demo, each in a region of its own, if there are enough regions. */
final class Scenarios {

    private final List<Region> regions;
    private final LiveLine live;
    private final Map<String, Set<FilePath>> lost = new ConcurrentHashMap<>();
    private final List<TrashedFile> restored = new CopyOnWriteArrayList<>();
    private final List<Locked> locked = new CopyOnWriteArrayList<>();

    Scenarios(List<Region> regions, LiveLine live) {
        this.regions = List.copyOf(regions);
        this.live = live;
    }

    /** Returns the files that lost nodes left in the store, by region. */
    Map<String, Set<FilePath>> lost() {
        return Map.copyOf(lost);
    }

    /** Returns the files that were restored from the trash. */
    List<TrashedFile> restored() {
        return List.copyOf(restored);
    }

    /** Returns the times at which regions were locked for their migration. */
    List<Locked> locked() {
        return List.copyOf(locked);
    }

    /** Kills a query's process. */
    QueryReport killQuery(SextonClient client) throws IOException, InterruptedException {
        Region region = region(1);
        QueryReport report = new SilentQuery(region.shared(), client, DemoSettings.KILLED_QUERY_TTL).run();
        live.print("a query of version " + report.version() + " of " + report.region()
                + " was killed; its pin of " + report.files().size() + " files lives "
                + DemoSettings.KILLED_QUERY_TTL.toSeconds() + " s longer");
        return report;
    }

    /** Loses a node during a compaction. */
    void loseCompaction() throws IOException, InterruptedException, RocksDBException {
        Region region = region(2);
        Set<FilePath> left = region.loseCompaction(DemoSettings.LOST_COMPACTION_TIMEOUT);
        lost.put(region.shared().id().value(), left);
        live.print("a node that compacted for " + region.shared().id() + " was lost; it left " + left.size()
                + " files; unknown whether they were committed");
    }

    /** Moves a region to another node. */
    void migrate(DatabaseNode target)
            throws IOException, InterruptedException, RocksDBException, LockUnavailableException, TimeoutException {
        Region region = region(0);
        live.print(region.shared().id() + " moves to " + target.name() + ", under its exclusive lock");
        Locked span = region.migrate(target, DemoSettings.MIGRATION_LENGTH);
        locked.add(span);
        if (!span.toTheEnd()) {
            throw new IllegalStateException("the lock of " + region.shared().id() + " was lost during its migration");
        }
        live.print(region.shared().id() + " is led by " + target.name() + " in a new epoch");
    }

    /** Restores a file from the trash. */
    void restore(TrashScenario trash) throws Exception {
        restored.add(trash.run());
    }

    private Region region(int index) {
        return regions.get(index % regions.size());
    }
}
