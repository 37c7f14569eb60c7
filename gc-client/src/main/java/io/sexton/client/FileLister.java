package io.sexton.client;

import java.io.IOException;

/** A listing of a region's root. */
@FunctionalInterface
public interface FileLister {

    /**
     * Passes every file under the region's root to the sink.
     *
     * <p>WARNING: it must throw if any part of the listing failed. A file that a complete listing lacks counts as
     * missing.
     */
    void list(FileSink sink) throws IOException, InterruptedException;
}
