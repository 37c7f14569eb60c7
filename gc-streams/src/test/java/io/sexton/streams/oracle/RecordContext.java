package io.sexton.streams.oracle;

import io.sexton.streams.oracle.Fact.CountedOnce;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The context of a record that is applied to a region.
 *
 * @param offset of the record
 * @param at "a fact's time `@`"; of a tick the clock: "What a tick ends by itself (pins, compactions, drops) happens at
 *     the clock."
 * @param policy in force for the region
 * @param out receives the outputs of the record
 */
record RecordContext(
        NaiveRegion region, long offset, long at, NaivePolicies.InForce policy, List<Fact> out, Coverage coverage) {

    void met(Rule rule) {
        coverage.met(rule);
    }

    void countedOnce(CountedOnce.Kind kind, @Nullable String path) {
        out.add(new CountedOnce(region.id, kind, path));
    }

    /** "'Rejected' is an `EventRejected` notice for that path; the rest of the event still applies." */
    void reject(String path) {
        countedOnce(CountedOnce.Kind.EVENT_REJECTED, path);
    }

    /** Returns the region's stamp with this version. */
    Stamp stamp(long version) {
        return Stamp.of(region.epoch, version);
    }

    /** "at (epoch, version)": the region's own; a version that is not known counts as 0. */
    Stamp ownStamp() {
        Long version = region.version;
        return stamp(version == null ? 0 : version);
    }

    void openGap(Stamp stamp) {
        // "Retention-only regions have neither versions nor gaps."
        if (region.retentionOnly) {
            return;
        }
        Stamp open = region.gap;
        region.gap = open == null || stamp.above(open) ? stamp : open;
        region.lastGapAt = offset;
        // "While a region that is not gone is incomplete […], `SnapshotRequested` is sent: at once when that begins"
        if (!region.gone() && (open == null || !region.snapshotWanted)) {
            met(Rule.SNAPSHOT_REQUESTED_FOR_A_GAP);
            requestSnapshot();
        }
    }

    void requestSnapshot() {
        region.snapshotWanted = true;
        region.snapshotRequestedAt = at;
        countedOnce(CountedOnce.Kind.SNAPSHOT_REQUESTED, null);
    }

    /** "the highest of the removed-versions of files ever condemned or found missing […]" */
    void raiseHorizon(NaiveFile file) {
        Stamp removed = file.removed;
        if (removed != null) {
            // "(an infinite one counts as the region's version + 1)"
            raiseHorizon(removed.infinite() ? nextVersion() : removed.version());
        }
    }

    void raiseHorizon(long version) {
        region.horizon = Stamp.max(region.horizon, version);
    }

    /** Returns the region's version + 1; an unknown version counts as 0. */
    long nextVersion() {
        Long version = region.version;
        return Stamp.next(version == null ? 0 : version);
    }
}
