package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The region's manifest: the files that the region consists of. Readers follow this manifest, and Sexton protects its
 * files, not those of the engine on its local disk.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param version increased by one with each committed edit
 * @param operations number of the region's writes that the files contain: the first ones, and no others
 */
public record Manifest(long version, long operations, NavigableMap<FilePath, StoredFile> files) {

    static final Manifest EMPTY = new Manifest(0, 0, new TreeMap<>());

    public Manifest {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }

    /** Returns the next version. */
    Manifest edited(Collection<StoredFile> added, Collection<FilePath> removed, long operationsNow) {
        NavigableMap<FilePath, StoredFile> next = new TreeMap<>(files);
        if (!next.keySet().containsAll(removed)) {
            throw new IllegalStateException("an edit removes what version " + version + " does not have: " + removed);
        }
        removed.forEach(next::remove);
        for (StoredFile file : added) {
            if (next.put(file.path(), file) != null) {
                throw new IllegalStateException("an edit adds what version " + version + " has: " + file);
            }
        }
        return new Manifest(version + 1, Math.max(operations, operationsNow), next);
    }
}
