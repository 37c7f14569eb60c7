package io.sexton.sources.rocksdb;

import io.sexton.proto.FilePath;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The region's manifest on shared storage: the files that the region consists of. Readers follow this manifest, and
 * Sexton protects its files, not those of RocksDB on its local disk.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param version increased by one with each committed edit; 0 if nothing was ever committed
 * @param sequence RocksDB's sequence number up to which the files contain the writes
 */
public record Manifest(long version, long sequence, NavigableMap<FilePath, StoredFile> files) {

    /** The manifest of a region that has no files yet. */
    public static final Manifest EMPTY = new Manifest(0, 0, new TreeMap<>());

    public Manifest {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }

    /**
     * Returns the next version.
     *
     * @throws IllegalStateException if this version has what is added, or lacks what is removed
     */
    Manifest edited(Collection<StoredFile> added, Collection<FilePath> removed, long sequenceNow) {
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
        return new Manifest(version + 1, Math.max(sequence, sequenceNow), next);
    }
}
