package io.sexton.deleter.app;

import io.sexton.service.StartupException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configured storage of a store, or of its archive.
 *
 * @param key of the store or archive in the configuration
 * @param path of a directory; ignored for other types
 * @param marker of a directory; ignored for other types
 * @param s3 of a bucket; ignored for other types
 */
record ConfiguredStorage(
        String key, StoreType type, Optional<Path> path, Optional<String> marker, DeleterConfiguration.S3 s3) {

    /** @throws StartupException if its type is not known */
    static ConfiguredStorage of(String key, DeleterConfiguration.Store store) {
        return new ConfiguredStorage(key, StoreType.parse(key, store.type()), store.path(), store.marker(), store.s3());
    }

    /**
     * Returns the storage of a store's archive. Only copies have a type; every other kind of archive is a directory.
     *
     * @throws StartupException if its type is not known
     */
    static ConfiguredStorage of(String key, DeleterConfiguration.Archive archive) {
        boolean copies = archive.kind().filter(ConfiguredStores.COPY::equals).isPresent();
        return new ConfiguredStorage(
                key,
                copies ? StoreType.parse(key, archive.type()) : StoreType.LOCAL,
                archive.path(),
                archive.marker(),
                archive.s3());
    }

    Path requirePath() {
        return path.orElseThrow(() -> missing("path"));
    }

    StartupException missing(String name) {
        return new StartupException(key + "." + name + " must be set");
    }
}
