package io.sexton.streams.app;

import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.app.OperationsConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What {@code docs/config/streams.yaml} says; each key is explained there. */
@ConfigMapping(prefix = "sexton")
public interface StreamsConfiguration {
    String bootstrapServers();

    @WithDefault("false")
    boolean singleBroker();

    @WithDefault("sexton-streams")
    String applicationId();

    Path stateDir();

    @WithDefault("1")
    int threads();

    @WithDefault("1s")
    Duration tickInterval();

    @WithDefault("100ms")
    Duration commitInterval();

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

    default FoldSettings fold() {
        return new FoldSettings(
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
