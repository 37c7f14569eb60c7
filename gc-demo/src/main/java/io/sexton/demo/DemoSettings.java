package io.sexton.demo;

import com.google.protobuf.Duration;
import io.sexton.demo.metrics.MetricsCluster;
import io.sexton.demo.proof.RegionPolicies;
import io.sexton.proto.RegionId;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import java.util.Map;

/**
 * The size of a demo.
 *
 * @param seed of the writes; the same seed makes the same writes, though not at the same times
 * @param load how long the regions are written to, in seconds
 */
public record DemoSettings(long seed, int regions, int load) {

    /** Rows of each region: enough for some files, few enough to be rewritten often. */
    static final int ROWS = 30_000;

    static final int WRITES_PER_SECOND = 6_000;

    static final java.time.Duration OBSOLETE_LINGER = java.time.Duration.ofSeconds(3);
    static final java.time.Duration ORPHAN_LINGER = java.time.Duration.ofSeconds(4);
    static final java.time.Duration TEMP_LINGER = java.time.Duration.ofSeconds(3);
    /** The retention of metric checkpoints. */
    static final java.time.Duration RETENTION = java.time.Duration.ofSeconds(4);

    /** Longer than obsolete files linger, so that only its pin keeps a query's files. */
    static final java.time.Duration QUERY_LENGTH = java.time.Duration.ofSeconds(7);

    static final java.time.Duration KILLED_QUERY_TTL = java.time.Duration.ofSeconds(5);
    static final java.time.Duration LOST_COMPACTION_TIMEOUT = java.time.Duration.ofSeconds(3);
    static final java.time.Duration MIGRATION_LENGTH = java.time.Duration.ofSeconds(2);

    /** Returns the policies. All lingers are seconds here; in production they would be hours and days. */
    RegionPolicies policies() {
        Policy deleting = Policy.newBuilder()
                .setObsoleteLinger(seconds(OBSOLETE_LINGER))
                .setOrphanLinger(seconds(ORPHAN_LINGER))
                .setTempLinger(seconds(TEMP_LINGER))
                .build();
        Policy trashing = deleting.toBuilder().setDisposition(Disposition.TRASH).build();
        Policy archiving = Policy.newBuilder()
                .setRetention(seconds(RETENTION))
                .setDisposition(Disposition.ARCHIVE)
                .build();
        return new RegionPolicies(deleting, Map.of(trashed(), trashing, MetricsCluster.ID, archiving));
    }

    /** Returns a region of the databases by its index, counted from 0; there may be fewer. */
    RegionId region(int index) {
        return RegionId.of("region-" + (1 + index % regions));
    }

    /** Returns the region whose garbage goes to the trash. */
    RegionId trashed() {
        return region(1);
    }

    private static Duration seconds(java.time.Duration duration) {
        return Duration.newBuilder().setSeconds(duration.toSeconds()).build();
    }
}
