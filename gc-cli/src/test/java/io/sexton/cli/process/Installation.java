package io.sexton.cli.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The launcher beside a {@code lib} directory, as the image has it, with the classes of this test. */
final class Installation {

    private final Path launcher;

    private Installation(Path launcher) {
        this.launcher = launcher;
    }

    /** A run that has ended, its standard output and error as bytes that are read as UTF-8. */
    record Run(int exitCode, String out, String err) {}

    /** Installs into a directory, which need not be there. */
    static Installation in(Path directory) throws IOException {
        Path lib = Files.createDirectories(directory.resolve("lib"));
        StringBuilder classPath = new StringBuilder();
        for (String each : property("java.class.path").split(":", -1)) {
            // With a '/' at the end for a directory, which is what a class path of a manifest needs.
            classPath.append(Path.of(each).toUri()).append(' ');
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath.toString());
        try (OutputStream out = Files.newOutputStream(lib.resolve("classes.jar"))) {
            new JarOutputStream(out, manifest).close();
        }
        Path source = Path.of(Objects.requireNonNullElse(System.getProperty("sexton.home"), ".."), "sexton");
        Path launcher = Files.copy(source, directory.resolve("sexton"));
        if (!launcher.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + launcher + " executable");
        }
        return new Installation(launcher);
    }

    /** Runs the launcher with no more of a locale than the environment names, and waits for its end. */
    Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        builder.environment().put("SEXTON_JAVA_HOME", property("java.home"));
        builder.environment().put("SEXTON_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
        builder.environment().putAll(environment);
        Path out = launcher.resolveSibling("out");
        Path err = launcher.resolveSibling("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + command);
        }
        return new Run(process.exitValue(), textOf(out), textOf(err));
    }

    private static String textOf(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }
}
