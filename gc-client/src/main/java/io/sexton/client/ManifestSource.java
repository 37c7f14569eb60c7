package io.sexton.client;

import java.io.IOException;

/** Reads a region's manifest. */
@FunctionalInterface
public interface ManifestSource {

    /**
     * Reads the manifest.
     *
     * @param version the version that was announced; a manifest that keeps its versions returns this one, any other
     *     returns what it has now
     */
    ManifestContents read(long version) throws IOException, InterruptedException;
}
