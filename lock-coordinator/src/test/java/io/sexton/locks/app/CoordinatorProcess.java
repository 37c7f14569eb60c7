package io.sexton.locks.app;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** lock-coordinator in a separate process that tests kill. */
final class CoordinatorProcess {
    static final Duration TICK_INTERVAL = Duration.ofMillis(250);

    private CoordinatorProcess() {}

    /** Runs until it is killed. */
    public static void main(String[] args) {
        try (FoldRuntime service = CoordinatorService.start(
                settings(args[0], Path.of(args[1])), TICK_INTERVAL, new SimpleMeterRegistry())) {
            service.failure().join();
        }
    }

    static FoldSettings settings(String bootstrapServers, Path stateDir) {
        return new FoldSettings(
                "sexton-coordinator",
                bootstrapServers,
                true,
                stateDir,
                1,
                Duration.ofMillis(25),
                0,
                32 << 20,
                16 << 20,
                Map.of());
    }

    static Process start(String bootstrapServers, Path stateDir) throws IOException {
        File log = new File(stateDir + ".log");
        return new ProcessBuilder(
                        Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java")
                                .toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        CoordinatorProcess.class.getName(),
                        bootstrapServers,
                        stateDir.toString())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }
}
