package io.sexton.service;

import io.smallrye.config.ConfigMappings;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A check of the process's environment variables for Sexton against the keys of a configuration. A misspelt variable
 * would otherwise be ignored silently.
 */
final class EnvironmentVariables {
    private static final String PREFIX = "SEXTON_";

    /** Variables of the launcher and of the command line, which are no keys. */
    private static final Set<String> OTHERS =
            Set.of("SEXTON_JAVA_HOME", "SEXTON_OPTS", "SEXTON_NO_BUILD", "SEXTON_TRAIN", "SEXTON_LOG_LEVEL");

    /** Kubernetes sets these, for each service of a namespace; a service called sexton-streams is likely. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile("(.+?)_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private EnvironmentVariables() {}

    /** @throws StartupException naming a variable that sets no key of the mapping */
    static void requireKnown(Class<?> mapping, Map<String, String> environment) {
        Predicate<String> isKey = keysOf(mapping);
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (variable.startsWith(PREFIX)
                    && !OTHERS.contains(variable)
                    && !isKey.test(variable)
                    && !isOfKubernetes(variable, environment)) {
                throw new StartupException("environment variable " + variable
                        + ": names no key of this service's configuration; correct its name or unset it");
            }
        }
    }

    private static Predicate<String> keysOf(Class<?> mapping) {
        return ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(mapping)).keySet().stream()
                .map(key -> Pattern.compile(variableOf(key)).asMatchPredicate())
                .reduce(variable -> false, Predicate::or);
    }

    /**
     * Returns the pattern of a key's variables: {@code *} stands for any name, {@code [*]} for any position in a list.
     */
    private static String variableOf(String key) {
        return Stream.of(key.replace("[*]", "[#]").split("(?<=[*#])|(?=[*#])"))
                .map(part -> switch (part) {
                    case "*" -> ".+";
                    case "#" -> "\\d+";
                    default -> part.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
                })
                .reduce("", String::concat);
    }

    private static boolean isOfKubernetes(String variable, Map<String, String> environment) {
        Matcher matcher = OF_KUBERNETES.matcher(variable);
        return matcher.matches() && environment.containsKey(matcher.group(1) + "_SERVICE_HOST");
    }
}
