package io.sexton.demo;

import io.sexton.archive.ParquetArchiver;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.demo.database.SharedRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The stores of the regions, as a gc-deleter's configuration defines them.
 *
 * @param files of the databases, and their trash
 * @param metrics checkpoint files
 * @param archive Parquet files
 */
record Stores(Path files, Path metrics, Path archive) {

    static final String METRICS = "metrics";

    private static final RootShape ROOT_SHAPE = RootShape.parse(SharedRegion.ROOT_SHAPE);
    /** The time that one Parquet file covers. */
    private static final Duration PERIOD = Duration.ofHours(1);

    private static final int READERS = 2;
    private static final String MARKER = ".sexton-archive";

    static Stores in(Path directory) throws IOException {
        return new Stores(
                Files.createDirectories(directory.resolve("store")),
                Files.createDirectories(directory.resolve("metrics")),
                archiveIn(directory));
    }

    /** Creates an archive with a marker; without it, an empty directory counts as a volume that is not mounted. */
    private static Path archiveIn(Path directory) throws IOException {
        Path archive = Files.createDirectories(directory.resolve("archive"));
        if (Files.notExists(archive.resolve(MARKER))) {
            Files.createFile(archive.resolve(MARKER));
        }
        return archive;
    }

    /** Returns the store of the databases. */
    FileStore ofDatabases() {
        return new FileStore(new LocalObjectStore(new LocalStoreSettings(files, null)), ROOT_SHAPE);
    }

    /** Returns the store of the checkpoints. */
    FileStore ofMetrics() {
        return new FileStore(
                new LocalObjectStore(new LocalStoreSettings(metrics, null)),
                ROOT_SHAPE,
                FileStore.DEFAULT_TRASH_RETENTION,
                new ParquetArchiver(new ArchiverProvider.Settings(archive, PERIOD, READERS, MARKER)));
    }

    /** Returns the stores by their names in a gc-deleter's configuration. */
    Map<String, FileStore> byName() {
        return Map.of(SharedRegion.STORE, ofDatabases(), METRICS, ofMetrics());
    }
}
