package io.sexton.cli.storage;

import io.sexton.client.SextonClient;
import io.sexton.deleter.app.DeleterConfiguration;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.storage.FileStore;
import io.sexton.service.CommandFailure;
import io.sexton.service.ConfigFile;
import io.sexton.service.StartupException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select a command's stores. */
final class StoreOptions {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration of a gc-deleter: its stores, and how to reach the brokers.")
    @SuppressWarnings("NullAway.Init") // required
    private Path config;

    @Option(names = "--store", paramLabel = "NAME", description = "One of its stores. Default: all.")
    private @Nullable String store;

    /** @throws CommandFailure if the configuration is wrong */
    DeleterOptions deleter() {
        try {
            return DeleterOptions.of(ConfigFile.load(config, DeleterConfiguration.class, System.getenv()));
        } catch (StartupException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    /** @throws CommandFailure if the configuration has a setting that no client may have */
    SextonClient openClient(DeleterOptions deleter) {
        try {
            return deleter.openClient();
        } catch (StartupException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the selected stores, by name. */
    Map<String, FileStore> stores(DeleterOptions deleter) {
        Map<String, FileStore> stores = new TreeMap<>(deleter.stores());
        if (store != null) {
            stores.keySet().retainAll(Set.of(store));
            if (stores.isEmpty()) {
                throw CommandFailure.usage("--store: the configuration has no store '" + store + "'");
            }
        }
        return stores;
    }
}
