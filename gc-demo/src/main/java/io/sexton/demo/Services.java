package io.sexton.demo;

import io.sexton.client.SextonClient;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.topology.RegionScanner;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A broker and the services of Sexton, as the demo uses them. Used by one thread. */
public interface Services extends AutoCloseable {

    /** Starts a broker and all services. */
    interface Starter {
        /**
         * Starts them; they need not be ready when it returns.
         *
         * @param directory for the log and the state
         * @param stores from which gc-deleter deletes, by name
         * @throws io.sexton.service.CommandFailure if the broker or a service cannot start; then nothing is left running
         */
        Services start(Path directory, Map<String, FileStore> stores);
    }

    /** Returns the address to which clients connect. */
    String bootstrapServers();

    /** Returns when all services are ready. */
    void awaitReady() throws InterruptedException, TimeoutException;

    /** Returns a scanner as gc-deleter has it. */
    RegionScanner scanner(SextonClient client);

    @Override
    void close();
}
