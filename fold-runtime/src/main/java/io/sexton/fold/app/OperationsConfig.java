package io.sexton.fold.app;

import io.smallrye.config.WithDefault;

/** Where a service serves its health and metrics. */
public interface OperationsConfig {
    @WithDefault("127.0.0.1")
    String host();

    /** 0: any free port. */
    @WithDefault("0")
    int port();
}
