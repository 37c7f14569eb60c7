package io.sexton.demo;

import io.sexton.demo.metrics.MetricsCluster;
import io.sexton.demo.proof.RegionPolicies;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import java.time.Duration;
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

    static final Duration OBSOLETE_LINGER = Duration.ofSeconds(3);
    static final Duration ORPHAN_LINGER = Duration.ofSeconds(4);
    static final Duration TEMP_LINGER = Duration.ofSeconds(3);
    /** The retention of metric checkpoints. */
    static final Duration RETENTION = Duration.ofSeconds(4);

    /** Longer than obsolete files linger, so that only its pin keeps a query's files. */
    static final Duration QUERY_LENGTH = Duration.ofSeconds(7);

    static final Duration KILLED_QUERY_TTL = Duration.ofSeconds(5);
    static final Duration LOST_COMPACTION_TIMEOUT = Duration.ofSeconds(3);
    static final Duration MIGRATION_LENGTH = Duration.ofSeconds(2);

    /** Returns the policies. All lingers are seconds here; in production they would be hours and days. */
    RegionPolicies policies() {
        Policy deleting = Policy.newBuilder()
                .setObsoleteLinger(Times.toProto(OBSOLETE_LINGER))
                .setOrphanLinger(Times.toProto(ORPHAN_LINGER))
                .setTempLinger(Times.toProto(TEMP_LINGER))
                .build();
        Policy trashing = deleting.toBuilder().setDisposition(Disposition.TRASH).build();
        Policy archiving = Policy.newBuilder()
                .setRetention(Times.toProto(RETENTION))
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
}
