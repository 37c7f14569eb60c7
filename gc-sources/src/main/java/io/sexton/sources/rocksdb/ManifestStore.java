package io.sexton.sources.rocksdb;

import java.io.IOException;

/**
 * The place of a region's manifest on shared storage: a file ({@link ManifestFile}), a row of a database, an object that
 * is replaced under a condition.
 *
 * <p>One leader writes, any number of readers read meanwhile.
 */
public interface ManifestStore {

    /** Returns the committed manifest; {@link Manifest#EMPTY} if there is none yet. */
    Manifest load() throws IOException;

    /**
     * Puts a manifest in place of the one of the version before. This is the commit that readers follow, so it must be
     * atomic and durable.
     *
     * <p>An implementation should refuse to replace any other version than the one before: it then also stops a leader
     * that does not know yet that it has been replaced.
     *
     * @throws IOException if it is not, or not certainly, committed. Nothing is published then, and the region stops; the
     *     next leader loads what is there
     */
    void commit(Manifest manifest) throws IOException, InterruptedException;
}
