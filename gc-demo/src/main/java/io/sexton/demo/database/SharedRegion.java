package io.sexton.demo.database;

import io.sexton.client.RegionSettings;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A region's state on shared storage: all that a new leader or a query needs.
 *
 * @param workload the writes of the region
 * @param store its data files; the part that Sexton collects
 * @param manifestFile the list of files that it consists of
 * @param metadata a directory for the engine's other files
 */
public record SharedRegion(
        RegionId id, Workload workload, RegionStore store, ManifestFile manifestFile, Path metadata) {

    /** The store's name in gc-deleter's configuration. */
    public static final String STORE = "demo";

    /** The shape of a region's root in the store, for gc-deleter's configuration. */
    public static final String ROOT_SHAPE = "{region}";

    /**
     * Lays out a new region.
     *
     * @param store the directory of the store; what is no data file lies beside it, in {@code database}
     */
    public static SharedRegion create(RegionId id, Workload workload, Path store, Path database) throws IOException {
        Path own = Files.createDirectories(database.resolve(id.value()));
        return new SharedRegion(
                id,
                workload,
                RegionStore.at(store.resolve(id.value())),
                new ManifestFile(own.resolve("MANIFEST")),
                Files.createDirectories(own.resolve("engine")));
    }

    RegionSettings settings() {
        return RegionSettings.of(STORE, id.value());
    }
}
