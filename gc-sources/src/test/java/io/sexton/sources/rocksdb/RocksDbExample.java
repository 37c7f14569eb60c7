package io.sexton.sources.rocksdb;

import io.sexton.client.RegionSettings;
import io.sexton.client.SextonClient;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The code that docs/sources.md quotes. */
final class RocksDbExample {

    private final SextonClient sexton;
    private final RegionId region;
    private final DirectorySstStore store;
    private final RegionStorage storage;

    RocksDbExample(SextonClient sexton, RegionId region, Path shared) throws IOException {
        this.sexton = sexton;
        this.region = region;
        // tag::storage[]
        store = DirectorySstStore.at(shared.resolve("tables/42"));
        storage = new RegionStorage(
                RegionSettings.of("shared", "tables/42"), // store and root, as gc-deleter's configuration has them
                store,
                new ManifestFile(
                        Files.createDirectories(shared.resolve("manifests")).resolve("42")));
        // end::storage[]
    }

    void lead(long epoch, Path local, Map<byte[], byte[]> rows)
            throws IOException, InterruptedException, RocksDBException, TimeoutException {
        // tag::lead[]
        try (RocksDbRegion leader = RocksDbRegion.open(sexton, region, epoch, storage, local, RegionTimeouts.DEFAULT);
                Options options = new Options()
                        .setCreateIfMissing(true)
                        .setListeners(List.of(leader.listener()))
                        .setDisableAutoCompactions(true); // until the database is attached
                RocksDB db = RocksDB.open(options, local.resolve("data").toString())) {
            leader.attach(db); // commits what no leader has followed
            db.enableAutoCompaction(List.of(db.getDefaultColumnFamily()));
            for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
                leader.awaitCapacity(); // waits while shared storage is behind; throws if the region has stopped
                db.put(row.getKey(), row.getValue());
            }
            leader.settle(); // shared storage has all of it
        } // the database is closed first, then the region
        // end::lead[]
    }

    List<byte[]> read() throws IOException, InterruptedException, TimeoutException {
        List<byte[]> contents = new ArrayList<>();
        // tag::read[]
        Duration ttl = Duration.ofSeconds(60);
        try (PinnedVersion version =
                PinnedVersion.open(sexton.pins(), region, storage.manifest(), ttl, Duration.ofSeconds(30))) {
            for (StoredFile file : version.manifest().files().values()) {
                version.requireSure(); // before each file
                contents.add(Files.readAllBytes(store.resolve(file.path())));
            }
        }
        // end::read[]
        return contents;
    }
}
