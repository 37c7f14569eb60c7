package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionReport;
import java.util.List;

/**
 * The reports and the position that a partition can commit, in one transaction.
 *
 * @param reports in the order of their commands
 * @param position the position with these reports
 * @param advances whether there is anything to commit that is not committed yet
 */
public record Finished(List<Report> reports, CommandPosition position, boolean advances) {

    /** A report, and the region whose log it belongs to. */
    public record Report(RegionId region, DeletionReport report) {}
}
