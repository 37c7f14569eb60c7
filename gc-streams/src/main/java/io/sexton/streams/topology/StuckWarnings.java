package io.sexton.streams.topology;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionStuck;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warnings of files that the deleter cannot delete: one line for each region of a record, because a report may name
 * a thousand files that fail for one reason. Not thread safe.
 */
final class StuckWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(StuckWarnings.class);

    private final Map<RegionId, Files> regions = new LinkedHashMap<>();

    private record Files(DeletionStuck first, int count) {}

    void add(RegionId region, DeletionStuck stuck) {
        regions.merge(region, new Files(stuck, 1), (known, next) -> new Files(known.first(), known.count() + 1));
    }

    /** Logs the stuck files of one record. */
    void write() {
        regions.forEach((region, files) -> LOG.warn(
                "region {}: {} cannot be deleted, such as {} ({}); correct the cause, then publish a Retry where they are"
                        + " stuck",
                region,
                files.count() == 1 ? "1 file" : files.count() + " files",
                files.first().getPath(),
                files.first().getDetail()));
        regions.clear();
    }
}
