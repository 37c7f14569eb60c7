package io.sexton.locks.app;

import io.sexton.fold.app.FoldSettings;
import io.sexton.service.Interval;
import io.sexton.service.Namespaces;
import io.sexton.service.OperationsConfig;
import io.sexton.service.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Configuration of lock-coordinator. {@code docs/config/coordinator.yaml} explains each key. */
@ConfigMapping(prefix = "sexton")
public interface CoordinatorConfiguration {
    String bootstrapServers();

    Optional<String> namespace();

    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean singleBroker();

    @WithDefault("sexton-coordinator")
    String applicationId();

    Path stateDir();

    @WithDefault("1")
    int threads();

    @WithDefault("1s")
    @WithConverter(Interval.class)
    Duration tickInterval();

    @WithDefault("25ms")
    Duration commitInterval();

    OperationsConfig operations();

    /** Returns further settings of the Kafka clients and of Kafka Streams. */
    Map<String, String> kafka();

    /** Returns the settings of the fold. Memory is fixed and small, because locks are few compared with files. */
    default FoldSettings fold() {
        return new FoldSettings(
                Namespaces.of(namespace()),
                applicationId(),
                bootstrapServers(),
                singleBroker(),
                stateDir(),
                threads(),
                commitInterval(),
                0,
                32L << 20,
                16L << 20,
                kafka());
    }
}
