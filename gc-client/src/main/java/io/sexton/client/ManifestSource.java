package io.sexton.client;

import java.io.IOException;

/** A reader of a region's manifest. */
@FunctionalInterface
public interface ManifestSource {

    /**
     * Reads the manifest.
     *
     * @param version the announced version. A manifest that keeps old versions returns this one; any other returns the
     *     current one
     */
    ManifestContents read(long version) throws IOException, InterruptedException;
}
