package io.sexton.service;

import io.sexton.proto.Namespace;
import java.util.Optional;

/** The namespace of a configuration. */
public final class Namespaces {
    private Namespaces() {}

    /**
     * Returns the namespace that the key {@code sexton.namespace} has.
     *
     * @throws StartupException if it is none
     */
    public static Namespace of(Optional<String> configured) {
        try {
            return Namespace.of(configured.orElse(""));
        } catch (IllegalArgumentException e) {
            throw new StartupException("sexton.namespace: " + e.getMessage(), e);
        }
    }
}
