package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import java.util.HashMap;
import java.util.Map;

/** All that is known of one assigned partition of the commands. Dropped as a whole when the assignment ends. */
final class AssignedPartition {

    final int number;
    final OffsetLedger ledger;
    final RetainedRevokes retained = new RetainedRevokes();
    final Intake intake;
    final LatestLogTime logTime = new LatestLogTime();
    final Map<RegionId, RegionWork> regions = new HashMap<>();
    private int fencing;

    AssignedPartition(int number, long position, long readAheadBytes) {
        this.number = number;
        this.ledger = new OffsetLedger(position);
        this.intake = new Intake(number, readAheadBytes);
    }

    RegionWork work(RegionId region) {
        return regions.computeIfAbsent(region, id -> new RegionWork(this, id));
    }

    /** A region's lock changes. */
    void fencing(boolean before, boolean after) {
        fencing += (after ? 1 : 0) - (before ? 1 : 0);
    }

    boolean awaitsFence() {
        return fencing > 0;
    }

    void revoke(long offset, Revocation revocation) {
        if (intake.isPassingOver()) {
            retained.retain(offset, revocation);
        }
        RegionId region = revocation.region();
        if (region == null) {
            regions.values().forEach(work -> work.revoke(revocation));
            return;
        }
        RegionWork work = regions.get(region);
        if (work != null) {
            work.revoke(revocation);
        }
    }

    /** A record that is no command, or one that was taken, is behind us. */
    void read(long offset) {
        if (!intake.isPassingOver()) {
            ledger.read(offset);
            retained.passed(offset);
        }
    }
}
