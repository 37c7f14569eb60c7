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

/** The content of {@code docs/config/deleter.yaml}, which explains each key. */
@ConfigMapping(prefix = "sexton")
public interface DeleterConfiguration {
    String bootstrapServers();

    Optional<String> namespace();

    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean singleBroker();

    @WithDefault("sexton-deleter")
    String groupId();

    /** Returns the name of this instance in reports. */
    Optional<String> instance();

    /** Returns the stores, by the name that {@code RegionOpened.store} has. */
    Map<String, Store> stores();

    Storage storage();

    Locks locks();

    Trash trash();

    Scan scan();

    Limits limits();

    @WithDefault("16")
    int readAheadMib();

    OperationsConfig operations();

    /** Returns further settings of the Kafka clients. */
    Map<String, String> kafka();

    /** One store. */
    interface Store {
        @WithDefault("local")
        String type();

        /** Returns one or more shapes. */
        List<String> rootShape();

        /** Returns "exclusive" if the shapes do not identify the region of a root. */
        Optional<String> roots();

        MinimumLinger minimumLinger();

        @WithDefault("0s")
        Duration minimumAge();

        /** Returns "keep" or "remove". */
        @WithDefault("keep")
        String emptyDirectories();

        @WithDefault("7d")
        Duration trashRetention();

        OptionalDouble filesPerSecond();

        OptionalDouble bytesPerSecond();

        /** Returns the path of a local store. */
        Optional<Path> path();

        /** Returns the marker of a local store. */
        Optional<String> marker();

        S3 s3();

        Archive archive();
    }

    /** The minimum time for which files must have been garbage, by the reason of their condemnation. */
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

    /** The archive of a store, for policies with ARCHIVE. */
    interface Archive {
        /** Returns "copy" or "parquet". */
        Optional<String> kind();

        /** Returns the type of the copies' store: local or s3. */
        @WithDefault("local")
        String type();

        /** Returns the path of a local archive. */
        Optional<Path> path();

        /** Returns the marker of a local archive. */
        Optional<String> marker();

        S3 s3();

        /** Returns the time that one Parquet file covers. */
        @WithDefault("1d")
        Duration period();

        /** Hosts read at once. */
        @WithDefault("4")
        int readers();
    }

    /** The settings of a store in S3. */
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

    /** The limits of storage calls. */
    interface Storage {
        @WithDefault("8")
        int parallelCalls();

        @WithDefault("250")
        int filesPerCall();

        @WithDefault("8s")
        Duration callTimeout();
    }

    /** The purge of the trash of all stores. */
    interface Trash {
        @WithDefault("1h")
        Duration purgeInterval();
    }

    /** The listing of regions' roots. */
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

    /** The rate of deletions. */
    interface Limits {
        OptionalDouble filesPerSecond();

        OptionalDouble bytesPerSecond();

        /** Returns the file with limits for all stores. */
        Optional<Path> file();
    }

    /** The locks of regions. */
    interface Locks {
        @WithDefault("18s")
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
