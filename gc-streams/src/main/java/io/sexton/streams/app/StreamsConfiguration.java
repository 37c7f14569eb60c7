package io.sexton.streams.app;

import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.app.Interval;
import io.sexton.fold.app.Namespaces;
import io.sexton.fold.app.OperationsConfig;
import io.sexton.fold.app.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code docs/config/streams.yaml} says; each key is explained there. */
@ConfigMapping(prefix = "sexton")
public interface StreamsConfiguration {
    String bootstrapServers();

    Optional<String> namespace();

    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean singleBroker();

    @WithDefault("sexton-streams")
    String applicationId();

    Path stateDir();

    @WithDefault("1")
    int threads();

    @WithDefault("1s")
    @WithConverter(Interval.class)
    Duration tickInterval();

    @WithDefault("100ms")
    Duration commitInterval();

    /** What the log is given where it does not say so, in this order. */
    List<PolicyEntry> policies();

    Memory memory();

    OperationsConfig operations();

    /** Further settings of the Kafka clients and of Kafka Streams. */
    Map<String, String> kafka();

    /** Fixed amounts for the process, whatever the number of partitions, stores and files. In mebibytes. */
    interface Memory {
        @WithDefault("64")
        int cacheMib();

        @WithDefault("256")
        int blockCacheMib();

        @WithDefault("64")
        int writeBufferMib();
    }

    /** A {@code PolicySet}; fields that are left out are at their defaults. */
    interface PolicyEntry {
        @WithDefault("*")
        String regionGlob();

        Optional<Duration> obsoleteLinger();

        Optional<Duration> orphanLinger();

        Optional<Duration> tempLinger();

        Optional<Duration> dropLinger();

        Optional<Duration> readerTtl();

        Optional<Duration> compactionTimeout();

        Optional<Duration> retention();

        Optional<String> disposition();

        Optional<String> trigger();

        Optional<String> orphanConfirmation();

        Optional<String> filePattern();

        Optional<String> companionSuffix();

        OptionalInt maxCondemnedPercent();

        OptionalInt approvalFloor();
    }

    default FoldSettings fold() {
        return new FoldSettings(
                Namespaces.of(namespace()),
                applicationId(),
                bootstrapServers(),
                singleBroker(),
                stateDir(),
                threads(),
                commitInterval(),
                mebibytes(memory().cacheMib()),
                mebibytes(memory().blockCacheMib()),
                mebibytes(memory().writeBufferMib()),
                kafka());
    }

    private static long mebibytes(int count) {
        return count * 1024L * 1024L;
    }
}
