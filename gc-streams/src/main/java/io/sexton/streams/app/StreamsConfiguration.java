package io.sexton.streams.app;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The configuration of gc-streams; {@code docs/config/streams.yaml} explains each key. */
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

    /** Returns the number of threads; empty: as many as the machine has cores. */
    OptionalInt threads();

    @WithDefault("1s")
    @WithConverter(Interval.class)
    Duration tickInterval();

    @WithDefault("100ms")
    Duration commitInterval();

    /** Returns the policies that the service appends to the log if they are missing, in this order. */
    List<PolicyEntry> policies();

    Memory memory();

    OperationsConfig operations();

    /** Returns further settings of the Kafka clients and of Kafka Streams. */
    Map<String, String> kafka();

    /**
     * The amounts of memory for the process in mebibytes, independent of the number of partitions, stores and files.
     */
    interface Memory {
        @WithDefault("64")
        int cacheMib();

        @WithDefault("256")
        int blockCacheMib();

        @WithDefault("64")
        int writeBufferMib();
    }

    /** A {@code PolicySet}; unset fields have their defaults. */
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
                threads().orElseGet(() -> Runtime.getRuntime().availableProcessors()),
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
