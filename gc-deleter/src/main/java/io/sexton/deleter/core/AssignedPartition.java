package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FencePassed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of one assigned partition of the commands. Dropped as a whole when the assignment ends. */
final class AssignedPartition {

    final int number;
    final OffsetLedger ledger;
    final ReadAhead readAhead;
    private final RetainedRevokes retained = new RetainedRevokes();
    private final LatestLogTime logTime = new LatestLogTime();
    private final Map<RegionId, RegionWork> regions = new HashMap<>();
    private int fencing;

    AssignedPartition(int number, CommandPosition position, long readAheadBytes) {
        this.number = number;
        this.ledger = new OffsetLedger(position);
        this.readAhead = new ReadAhead(number, readAheadBytes);
    }

    /** Returns the regions that have work or a lock. */
    List<RegionWork> regions() {
        return List.copyOf(regions.values());
    }

    /** Returns the region's work, if it has work or a lock. */
    Optional<RegionWork> region(RegionId region) {
        return Optional.ofNullable(regions.get(region));
    }

    /** Removes a region that has neither work nor a lock. */
    void remove(RegionId region) {
        regions.remove(region);
    }

    /** Takes a delete command, or passes it over until it is read again. */
    void take(long offset, RegionId region, DeleteCommand delete, Duration now) {
        // WARNING: its report is published; its files can have become live since (I1).
        if (ledger.isCommitted(offset)) {
            return;
        }
        if (!readAhead.admits(offset, awaitsFence())) {
            return;
        }
        PendingCommand command = new PendingCommand(offset, delete);
        logTime.isAtLeast(Times.of(delete.getDecidedAt()), now);
        retained.applyTo(command, region);
        ledger.begin(command, region);
        regions.computeIfAbsent(region, id -> new RegionWork(this, id)).add(command);
    }

    void revoke(long offset, Revocation revocation) {
        if (readAhead.isPassingOver()) {
            retained.retain(offset, revocation);
        }
        @Nullable RegionId region = revocation.region();
        List<RegionWork> revoked =
                region == null ? regions() : region(region).stream().toList();
        revoked.forEach(work -> work.revoke(revocation));
    }

    void fencePassed(Instant appended, RegionId region, FencePassed passed) {
        region(region)
                .flatMap(work -> work.passFence(passed.getNonce()))
                .ifPresent(published -> logTime.passed(appended, published));
    }

    /** Counts a record as read, whatever it was. */
    void read(long offset) {
        if (!readAhead.isPassingOver()) {
            ledger.read(offset);
            retained.passed(offset);
        }
    }

    /** Counts the regions that wait for a fence. */
    void fencing(boolean before, boolean after) {
        fencing += (after ? 1 : 0) - (before ? 1 : 0);
    }

    private boolean awaitsFence() {
        return fencing > 0;
    }

    Optional<Effect> adjustReading() {
        return readAhead.adjust(ledger.bytes(), awaitsFence());
    }

    Finished finished(int atMostReports, Duration now) {
        return ledger.finished(atMostReports, moment -> logTime.isBefore(moment, now));
    }

    boolean isIdle() {
        return regions.isEmpty() && ledger.isEmpty();
    }
}
