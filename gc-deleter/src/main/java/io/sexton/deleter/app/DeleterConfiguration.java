package io.sexton.deleter.app;

import io.sexton.service.OperationsConfig;
import io.sexton.service.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What {@code docs/config/deleter.yaml} says; each key is explained there. */
@ConfigMapping(prefix = "sexton")
public interface DeleterConfiguration {
    String bootstrapServers();

    Optional<String> namespace();

    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean singleBroker();

    @WithDefault("sexton-deleter")
    String groupId();

    /** Says so in reports; of this instance alone. */
    Optional<String> instance();

    /** By the name that {@code RegionOpened.store} has. */
    Map<String, Store> stores();

    Storage storage();

    Locks locks();

    Trash trash();

    Scan scan();

    Limits limits();

    @WithDefault("16")
    int readAheadMib();

    OperationsConfig operations();

    /** Further settings of the Kafka clients. */
    Map<String, String> kafka();

    /** One store. */
    interface Store {
        @WithDefault("local")
        String type();

        /** One or more. */
        List<String> rootShape();

        /** exclusive, where the shapes do not tell whose a root is. */
        Optional<String> roots();

        MinimumLinger minimumLinger();

        @WithDefault("0s")
        Duration minimumAge();

        /** keep or remove. */
        @WithDefault("keep")
        String emptyDirectories();

        @WithDefault("7d")
        Duration trashRetention();

        OptionalDouble filesPerSecond();

        OptionalDouble bytesPerSecond();

        /** Of a local store. */
        Optional<Path> path();

        /** Of a local store. */
        Optional<String> marker();

        S3 s3();

        Archive archive();
    }

    /** How long files must have been garbage, by the reason of their condemnation. */
    interface MinimumLinger {
        @WithDefault("0s")
        Duration obsolete();

        @WithDefault("10m")
        Duration orphan();

        @WithDefault("0s")
        Duration temporary();

        @WithDefault("0s")
        Duration writeAborted();

        @WithDefault("1h")
        Duration regionGone();

        @WithDefault("0s")
        Duration expired();

        @WithDefault("0s")
        Duration staleTempManifest();
    }

    /** What a store does where a policy says ARCHIVE. */
    interface Archive {
        /** copy or parquet. */
        Optional<String> kind();

        /** Where copies go: local or s3. */
        @WithDefault("local")
        String type();

        /** Of a local archive. */
        Optional<Path> path();

        /** Of a local archive. */
        Optional<String> marker();

        S3 s3();

        /** How long one Parquet file covers. */
        @WithDefault("1d")
        Duration period();

        /** Hosts read at once. */
        @WithDefault("4")
        int readers();
    }

    /** Of a store in S3. */
    interface S3 {
        Optional<String> bucket();

        Optional<String> prefix();

        Optional<String> region();

        Optional<URI> endpoint();

        @WithDefault("false")
        @WithConverter(TrueOrFalse.class)
        boolean pathStyle();

        @WithDefault("false")
        @WithConverter(TrueOrFalse.class)
        boolean contentMd5();

        @WithDefault("250")
        int pageSize();

        @WithDefault("3000")
        int keysPerSecond();

        @WithDefault("3s")
        Duration requestTimeout();

        @WithDefault("100ms")
        Duration backoff();

        @WithDefault("bulk")
        String conditionalDeletes();

        @WithDefault("keep")
        String versions();

        @WithDefault("32")
        int connections();
    }

    /** How storage is called. */
    interface Storage {
        @WithDefault("8")
        int parallelCalls();

        @WithDefault("250")
        int filesPerCall();

        @WithDefault("10s")
        Duration callTimeout();
    }

    /** How the trash of all stores is emptied. */
    interface Trash {
        @WithDefault("1h")
        Duration purgeInterval();
    }

    /** How regions' roots are listed. */
    interface Scan {
        Optional<Duration> interval();

        @WithDefault("4")
        int parallel();

        @WithDefault("20")
        double pagesPerSecond();

        /** Regions scanned at once. */
        @WithDefault("2")
        int regions();

        /** Regions that wait. */
        @WithDefault("10000")
        int queue();
    }

    /** How fast files are deleted. */
    interface Limits {
        OptionalDouble filesPerSecond();

        OptionalDouble bytesPerSecond();

        /** Of all stores together. */
        Optional<Path> file();
    }

    /** How regions are locked. */
    interface Locks {
        @WithDefault("60s")
        Duration lease();

        @WithDefault("2s")
        Duration idleRelease();

        @WithDefault("60s")
        Duration maxWait();

        @WithDefault("5m")
        Duration fenceWait();

        @WithDefault("1000")
        int regions();
    }
}
