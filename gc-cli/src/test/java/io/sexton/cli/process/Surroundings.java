package io.sexton.cli.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The environment of a process.
 *
 * @param host its address, as other processes see it
 * @param prefix a command that starts the program, in this process's place
 * @param environment variables beside those of this process
 */
public record Surroundings(String host, List<String> prefix, List<String> jvmOptions, Map<String, String> environment) {

    /** The environment of this machine, unchanged. */
    public static final Surroundings PLAIN = new Surroundings("127.0.0.1", List.of(), List.of(), Map.of());

    public Surroundings {
        prefix = List.copyOf(prefix);
        jvmOptions = List.copyOf(jvmOptions);
        environment = Map.copyOf(environment);
    }

    /** Returns these surroundings with further options of the JVM. */
    public Surroundings with(String... options) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.addAll(List.of(options));
        return new Surroundings(host, prefix, all, environment);
    }
}
