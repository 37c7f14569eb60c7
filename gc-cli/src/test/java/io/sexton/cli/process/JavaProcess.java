package io.sexton.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A Java program in a process of its own. Used by one thread at a time. */
public final class JavaProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the {@code sexton} command. */
    static JavaProcess sexton(Path log, Surroundings surroundings, String... arguments) {
        return start(log, surroundings, "io.sexton.cli.SextonMain", arguments);
    }

    /**
     * Starts a program of this class path, with a small heap.
     *
     * @param log file for the output of the process; an earlier one's is kept
     */
    public static JavaProcess start(Path log, Surroundings surroundings, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(surroundings.prefix());
        command.addAll(List.of(
                Path.of(property("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                property("java.class.path")));
        command.addAll(surroundings.jvmOptions());
        command.add(mainClass);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(surroundings.environment());
        try {
            return new JavaProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ends by itself; returns its exit code. */
    int exitCode(Duration longest) {
        try {
            if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("does not end:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns all its output so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills as {@code kill -9} does; returns when it is dead. */
    public void kill() {
        end(process::destroyForcibly);
    }

    /** Stops as {@code kill} does; returns when it has stopped in good order. */
    public void stop() {
        end(process::destroy);
    }

    /** Freezes the process as {@code kill -STOP} does. */
    public void pause() {
        signal("STOP");
    }

    /** Continues the process as {@code kill -CONT} does, after {@link #pause}. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0 && process.isAlive()) {
                throw new AssertionError("kill -" + name + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void end(Runnable signal) {
        try {
            signal.run();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end:\n" + output());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends it if it still runs; returns when it is dead, for it may yet write into the directories of its test. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
