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
    final Map<RegionId, RegionWork> regions = new HashMap<>();
    private int fencing;

    AssignedPartition(int number, long position, long readAheadBytes) {
        this.number = number;
        this.ledger = new OffsetLedger(position);
        this.intake = new Intake(number, readAheadBytes);
    }

    RegionWork work(RegionId region) {
        return regions.computeIfAbsent(region, id -> new RegionWork(number, id));
    }

    void changeLock(RegionWork work, RegionWork.Lock lock) {
        fencing -= work.isFencing() ? 1 : 0;
        work.lock = lock;
        fencing += work.isFencing() ? 1 : 0;
    }

    boolean awaitsFence() {
        return fencing > 0;
    }

    void revoke(long offset, Revocation revocation) {
        if (intake.isPassingOver()) {
            retained.retain(offset, revocation);
        }
        for (RegionWork work : regions.values()) {
            if (revocation.concerns(work.region)) {
                work.revoke(revocation);
            }
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
