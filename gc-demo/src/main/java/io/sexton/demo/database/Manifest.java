package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The region's manifest: what the region consists of. This, not what the engine holds on its local disk, is what
 * readers follow and what Sexton protects.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param version grows by one with each committed edit
 * @param operations the files have the first so many writes of the region, and no others
 */
public record Manifest(long version, long operations, NavigableMap<FilePath, StoredFile> files) {

    static final Manifest EMPTY = new Manifest(0, 0, new TreeMap<>());

    public Manifest {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }

    /** The next version. */
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
