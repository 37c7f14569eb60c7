package io.sexton.streams.topology;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.fold.topology.FoldListener;
import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionStuck;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warnings of files that the deleter cannot delete: one line for each region of a record, because a report may name
 * a thousand files that fail for one reason. Not thread safe.
 */
final class StuckWarnings implements FoldListener<Fold> {
    private static final Logger LOG = LoggerFactory.getLogger(StuckWarnings.class);

    private final Map<RegionId, Files> regions = new LinkedHashMap<>();

    private record Files(DeletionStuck first, int count) {}

    @Override
    public void emitted(Output output) {
        if (output instanceof Output.Emitted emitted
                && emitted.message() instanceof Notice notice
                && notice.hasDeletionStuck()) {
            regions.merge(
                    emitted.region(),
                    new Files(notice.getDeletionStuck(), 1),
                    (known, next) -> new Files(known.first(), known.count() + 1));
        }
    }

    /** Logs the stuck files of the record. */
    @Override
    public void applied(Duration took) {
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
