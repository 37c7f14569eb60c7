package io.sexton.client;

import java.io.IOException;

/** Lists a region's root. */
@FunctionalInterface
public interface FileLister {

    /**
     * Hands over every file under the region's root.
     *
     * <p>WARNING: it must throw if any part of the listing failed. What a complete listing lacks counts as missing.
     */
    void list(FileSink sink) throws IOException, InterruptedException;
}
