package io.sexton.sources.rocksdb;

import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One region's root in the shared store: a directory ({@link DirectorySstStore}), or a bucket and a prefix.
 *
 * <p>It has no method that deletes, by intention: only gc-deleter deletes here.
 *
 * <p>Called by one thread for each region. Implementations for several regions are safe for use by any thread.
 */
public interface SstStore {

    /**
     * Copies a finished file into the store and returns when it is durable there.
     *
     * @param source a local file that does not change; it may have other names that RocksDB removes meanwhile
     * @param path its path in the store; no path is used twice
     * @return the file as the store describes it. gc-deleter compares size and time before it deletes
     * @throws IOException if the file is not, or not certainly, in the store as a whole. What was written of it may stay:
     *     it is published as a failed write. {@link java.nio.file.FileAlreadyExistsException} if the path is taken; a
     *     file that exists is never replaced
     */
    StoredFile put(Path source, FilePath path) throws IOException, InterruptedException;
}
