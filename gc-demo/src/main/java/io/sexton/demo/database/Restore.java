package io.sexton.demo.database;

import io.sexton.sources.rocksdb.DirectorySstStore;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A restore of a region to an empty node from shared storage alone: the stored files that the manifest names, and the
 * engine metadata.
 */
final class Restore {

    private Restore() {}

    /**
     * @param node an empty directory
     * @throws java.nio.file.NoSuchFileException if the store has lost a file that the manifest names
     */
    static void into(Path node, Manifest manifest, DirectorySstStore store, Path metadata) throws IOException {
        Path data = Engine.data(node);
        for (StoredFile file : manifest.files().values()) {
            Files.copy(store.resolve(file.path()), data.resolve(file.rocksDbName()));
        }
        try (Stream<Path> files = Files.list(metadata)) {
            for (Path file : files.toList()) {
                Files.copy(file, data.resolve(file.getFileName()));
            }
        }
    }
}
