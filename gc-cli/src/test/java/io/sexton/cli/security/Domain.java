package io.sexton.cli.security;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.proto.Namespace;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * The services of one namespace in this process, and a store of their own.
 *
 * @param kafka how the clients of a user connect
 */
record Domain(
        Namespace namespace, String bootstrapServers, Path directory, Function<String, Map<String, String>> kafka) {

    private static final Duration TICK = Duration.ofMillis(250);

    Path write(String region, String path) throws IOException {
        Path file = directory.resolve("store").resolve(region).resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "contents of " + path);
    }

    FoldRuntime streams() {
        return StreamsService.start(
                fold("sexton-streams", "streams"), TICK, ConfiguredPolicies.NONE, new SimpleMeterRegistry());
    }

    FoldRuntime coordinator() {
        return CoordinatorService.start(fold("sexton-coordinator", "coordinator"), TICK, new SimpleMeterRegistry());
    }

    FoldSettings fold(String application, String user) {
        return new FoldSettings(
                namespace,
                application,
                bootstrapServers,
                true,
                directory.resolve(user),
                1,
                Duration.ofMillis(100),
                4 << 20,
                16 << 20,
                8 << 20,
                kafka.apply(user));
    }

    DeleterService deleter() {
        return DeleterService.start(
                new DeleterOptions(
                        namespace,
                        bootstrapServers,
                        true,
                        "sexton-deleter",
                        "deleter-1",
                        Map.of(
                                "main",
                                new FileStore(
                                        new LocalObjectStore(new LocalStoreSettings(directory.resolve("store"), null)),
                                        RootShape.parse("{region}"))),
                        DeleterSettings.DEFAULTS,
                        Duration.ofSeconds(30),
                        DeleterOptions.DEFAULT_PURGE_INTERVAL,
                        DeleterOptions.Scan.ON_DEMAND,
                        kafka.apply("deleter")),
                new SimpleMeterRegistry());
    }
}
