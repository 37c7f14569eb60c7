package io.sexton.demo.database;

import io.sexton.client.SextonClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of the database: it has a local disk and one client of Sexton.
 *
 * @param disk what is here is gone with the node; only shared storage is for ever
 */
public record DatabaseNode(String name, Path disk, SextonClient sexton, Timeouts timeouts) implements AutoCloseable {

    /** Creates an empty directory for a region in an epoch. */
    Path directory(SharedRegion region, long epoch) throws IOException {
        return Files.createDirectories(disk.resolve(region.id().value() + "-epoch-" + epoch));
    }

    @Override
    public void close() {
        sexton.close();
    }
}
