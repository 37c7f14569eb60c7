package io.sexton.deleter.storage;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A kind of archive that a configuration can name in {@code sexton.stores.NAME.archive.kind}. A {@link
 * java.util.ServiceLoader} finds the implementations on the class path. Thread safe.
 */
public interface ArchiverProvider {

    /**
     * Settings of an archive in a directory of this machine, or of a file system that is mounted on it.
     *
     * @param period the time that one archive covers, counted from 1970
     * @param readers the number of sources that are read at the same time
     * @param marker the name of a file in {@code directory} that exists exactly while its volume is mounted; null: an
     *     empty directory counts as not mounted
     */
    record Settings(
            Path directory,
            Duration period,
            int readers,
            @Nullable String marker) {

        /** Settings without a marker. */
        public Settings(Path directory, Duration period, int readers) {
            this(directory, period, readers, null);
        }

        /** @throws IllegalArgumentException if a value is out of its range */
        public Settings {
            if (!directory.isAbsolute()) {
                throw new IllegalArgumentException("the archive's path must be absolute: " + directory);
            }
            LocalStoreSettings unused = new LocalStoreSettings(directory, marker);
            if (period.toMillis() < 1 || readers < 1) {
                throw new IllegalArgumentException("the archive's period and readers must be positive");
            }
        }
    }

    /** Returns the name of the kind, in lower case. */
    String kind();

    /**
     * Opens an archive for the life of the process.
     *
     * @throws IllegalArgumentException if a setting does not suit this kind
     */
    Archiver open(Settings settings);
}
