package io.sexton.deleter.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The location of a local store.
 *
 * @param directory the directory under which all keys are. It may itself be reached through symbolic links, because the
 *     operator configures it. A volume must be mounted here or above, not further down: a mount point below it that is
 *     not mounted looks like an empty directory
 * @param marker the name of a file in {@code directory} that exists exactly while the volume is mounted; null: an empty
 *     directory counts as not mounted
 */
public record LocalStoreSettings(Path directory, @Nullable String marker) {

    /** @throws IllegalArgumentException if the directory is relative or the marker is no plain file name */
    public LocalStoreSettings {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("the store's path must be absolute: " + directory);
        }
        if (marker != null && (marker.isEmpty() || marker.contains("/") || marker.equals(".") || marker.equals(".."))) {
            throw new IllegalArgumentException("the marker must be a plain file name: '" + marker + "'");
        }
    }
}
