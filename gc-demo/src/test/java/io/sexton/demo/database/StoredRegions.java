package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.StoredFile;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.rocksdb.FlushOptions;

/** Regions on shared storage, written by RocksDB and without Sexton. */
final class StoredRegions {

    private StoredRegions() {}

    static Workload workload() {
        return new Workload(7, "r1", 2_000);
    }

    /** Returns a region with that many writes, committed and settled. */
    static SharedRegion written(Path directory, int writes) throws Exception {
        SharedRegion region = SharedRegion.create(
                RegionId.of("r1"), workload(), directory.resolve("store"), directory.resolve("database"));
        try (Engine engine = Engine.open(directory.resolve("node"), region.workload(), 0, List.of());
                FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            engine.enableCompactions();
            for (long number = 1; number <= writes; number++) {
                engine.apply(region.workload().operation(number));
            }
            engine.db().flush(flush);
            engine.db().pauseBackgroundWork();
            NavigableMap<FilePath, StoredFile> files = new TreeMap<>();
            for (String name : engine.liveFiles()) {
                FilePath path = FilePath.of(name);
                files.put(path, region.store().put(engine.local(name), path));
            }
            region.manifestFile().commit(new Manifest(1, writes, files));
            engine.saveMetadata(region.metadata());
        }
        return region;
    }
}
