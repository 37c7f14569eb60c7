package io.sexton.demo.database;

import io.sexton.client.RegionSettings;
import io.sexton.demo.FileTree;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.sources.rocksdb.DirectorySstStore;
import io.sexton.sources.rocksdb.ManifestFile;
import io.sexton.sources.rocksdb.RegionStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A region's state on shared storage: all that a new leader or a query needs.
 *
 * @param workload the writes of the region
 * @param store its data files; the part that Sexton collects
 * @param manifestFile the list of files that it consists of
 * @param metadata a directory for the engine's other files
 */
public record SharedRegion(
        RegionId id, Workload workload, DirectorySstStore store, ManifestFile manifestFile, Path metadata) {

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
                DirectorySstStore.at(store.resolve(id.value())),
                new ManifestFile(own.resolve("MANIFEST")),
                Files.createDirectories(own.resolve("engine")));
    }

    /** Returns all files that the store has for the region. */
    public NavigableSet<FilePath> storedFiles() throws IOException {
        return FileTree.files(store.root()).keySet().stream()
                .map(file -> FilePath.of(store.root().relativize(file).toString()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    RegionStorage storage() {
        return new RegionStorage(RegionSettings.of(STORE, id.value()), store, manifestFile);
    }
}
