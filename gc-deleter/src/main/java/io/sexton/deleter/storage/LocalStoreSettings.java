package io.sexton.deleter.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a local store lies.
 *
 * @param directory the directory under which all keys lie. It may itself be reached through symbolic links: it is the
 *     operator's word. A volume must be mounted here or above, not further down: a mount point below it that is not
 *     mounted looks like an empty directory
 * @param marker the name of a file in {@code directory} that is there exactly while the volume is; null: an empty
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
