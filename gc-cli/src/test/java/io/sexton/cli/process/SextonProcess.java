package io.sexton.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The {@code sexton} command in a process of its own. Used by one thread. */
final class SextonProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private SextonProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param log where the process writes what it says; an earlier one's stays there */
    static SextonProcess start(Path log, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(property("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                property("java.class.path"),
                "io.sexton.cli.SextonMain"));
        command.addAll(List.of(arguments));
        try {
            return new SextonProcess(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start(),
                    log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has said so far. */
    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9}; returns when it is dead. */
    void kill() {
        end(process::destroyForcibly);
    }

    /** As {@code kill}; returns when it has stopped in good order. */
    void stop() {
        end(process::destroy);
    }

    private void end(Runnable signal) {
        try {
            signal.run();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end:\n" + said());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
