package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.SweepScope;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.ExcuseSweep;
import io.sexton.streams.row.ExpediteSweep;
import io.sexton.streams.row.InventorySweep;
import io.sexton.streams.row.NewLifeSweep;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RetentionSweep;
import io.sexton.streams.row.RetrySweep;
import io.sexton.streams.row.RunningSnapshot;
import io.sexton.streams.row.SnapshotSweep;
import io.sexton.streams.row.Sweep;
import io.sexton.streams.row.SweepOrBuilder;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.FilesView;
import io.sexton.streams.state.view.StampCodec;
import io.sexton.v1.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The facts that concern every file of a region: a complete snapshot or inventory, a new life, a Retry. A sweep applies
 * such a fact to file after file, within the record's budget; ticks resume it. Until it ends, appliers that read a file
 * which the sweep has not reached get the row as the sweep will leave it, and ticks condemn nothing of the region. So
 * the outcome is that of a sweep done at once (docs/adr/0010). Not thread safe.
 */
final class Sweeps {
    private static final int PAGE = 512;

    /** Upper bound on a region's unfinished sweeps: without one its row would outgrow a record (docs/adr/0026). */
    private static final int MAX_UNFINISHED = 64;

    private final State state;
    private final Appliers appliers;
    private final Latches latches;

    /** The appliers that carry a sweep out on a file. */
    record Appliers(FileChanges changes, Condemning condemning, Outbox out, Budget budget) {}

    Sweeps(State state, Appliers appliers, Latches latches) {
        this.state = state;
        this.appliers = appliers;
        this.latches = latches;
    }

    /** Returns a file, with the region's unfinished sweeps applied to it; {@code null}: UNKNOWN. */
    @Nullable
    KnownFile read(Region region, FilePath path) {
        KnownFile file = state.files().find(region.id(), path);
        return file == null || region.row().getSweepsCount() == 0 ? file : sweep(region, path, file);
    }

    private KnownFile sweep(Region region, FilePath path, KnownFile file) {
        KnownFile swept = file;
        Sweep.Builder last = null;
        for (Sweep.Builder sweep : region.row().getSweepsBuilderList()) {
            if (SweepScope.isAhead(path, sweep)) {
                SweepChange change = new SweepChange(region, sweep, state, appliers);
                if (change.affects(path, swept)) {
                    swept = change.apply(path, swept);
                }
                last = sweep;
            }
        }
        Long done = swept.sweptOffset();
        // WARNING: facts applied to the file from now on come after these sweeps. If the row did not record that the
        // sweeps are done with it, they would revert a later fact (I1).
        return last == null || (done != null && done >= last.getOffset())
                ? swept
                : state.files().amend(region, path, swept, swept.withSwept(last.getOffset()));
    }

    void sweepSnapshot(Region region, RunningSnapshot snapshot, boolean current, Stamp stamp, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setSnapshot(SnapshotSweep.newBuilder()
                                .setAnnounced(snapshot.getOffset())
                                .setStamp(StampCodec.write(stamp))
                                .setNamedKnown(snapshot.getNamedKnown())
                                .setCurrent(current)));
    }

    /**
     * Begins the sweep of a complete inventory.
     *
     * @param announced the offset of the inventory's chunk 0
     * @param sound whether the files that it lacks are GONE; else the LIVE ones among them are reported
     */
    void sweepInventory(Region region, long announced, boolean sound, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setInventory(InventorySweep.newBuilder()
                                .setAnnounced(announced)
                                .setSound(sound)));
    }

    /**
     * Excuses the files that an inventory lacked which an operator has accepted.
     *
     * @param announced the offset of the accepted inventory's chunk 0
     */
    void excuseUnlisted(Region region, long announced, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder().setExcuse(ExcuseSweep.newBuilder().setAnnounced(announced)));
    }

    /**
     * Begins the sweep of a region's new life.
     *
     * @param removed the stamp at which files that were LIVE in the old life count as removed
     */
    void sweepNewLife(Region region, Stamp removed, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setNewLife(NewLifeSweep.newBuilder()
                                .setRemoved(StampCodec.write(removed))
                                .setRetentionOnly(region.row().getRetentionOnly())));
    }

    /**
     * Begins the sweep of an Expedite.
     *
     * @param clock the present time of the log; {@code null}: no tick has moved the clock yet
     */
    void sweepExpedite(Region region, String pathPrefix, @Nullable Instant clock, Fact fact) {
        ExpediteSweep.Builder expedite = ExpediteSweep.newBuilder().setPathPrefix(pathPrefix);
        if (clock != null) {
            expedite.setClockMs(clock.toEpochMilli());
        }
        begin(region, fact, Sweep.newBuilder().setExpedite(expedite));
    }

    /** Begins the sweep of a region that became retention-only: its LIVE files expire from now on. */
    void sweepRetention(Region region, Fact fact) {
        begin(region, fact, Sweep.newBuilder().setRetention(RetentionSweep.getDefaultInstance()));
    }

    /**
     * Begins the sweep of a Retry.
     *
     * @param atOnce carries the time at which the files fall due
     */
    void sweepRetry(Region region, String pathPrefix, Fact atOnce) {
        begin(
                region,
                atOnce,
                Sweep.newBuilder().setRetry(RetrySweep.newBuilder().setPathPrefix(pathPrefix)));
    }

    /** Returns whether the region has as many unfinished sweeps as it may have: operators' orders are rejected. */
    boolean isFull(Region region) {
        return region.row().getSweepsCount() >= MAX_UNFINISHED;
    }

    private void begin(Region region, Fact fact, Sweep.Builder sweep) {
        if (isFull(region)) {
            finish(region);
        }
        region.row()
                .addSweeps(sweep.setOffset(fact.offset())
                        .setTimeMs(fact.time().toEpochMilli())
                        .setPolicy(withoutPatterns(state.policies().storedOf(region.id()))));
        if (!resume(region)) {
            state.schedule().markUnfinished(region.id());
        }
    }

    /**
     * Returns the policy without its patterns: a sweep needs its times only, and patterns cost space and compilation.
     */
    private static Policy withoutPatterns(Policy policy) {
        return policy.toBuilder()
                .clearFilePattern()
                .clearCompanions()
                .clearCompanionSuffix()
                .build();
    }

    /** Resumes the region's unfinished sweeps, within the budget. Returns whether all are finished. */
    boolean resume(Region region) {
        RegionRow.Builder row = region.row();
        while (row.getSweepsCount() > 0) {
            if (!walk(region, row.getSweepsBuilder(0))) {
                return false;
            }
            Sweep done = row.getSweeps(0);
            row.removeSweeps(0);
            if (done.hasSnapshot()) {
                latches.snapshotApplied(region, done);
            }
        }
        return true;
    }

    /**
     * Completes the region's unfinished sweeps, beyond the budget: for facts whose meaning depends on their outcome.
     * Such facts are rare while sweeps are unfinished (docs/adr/0010).
     */
    void finish(Region region) {
        while (!resume(region)) {
            appliers.budget().refill();
        }
    }

    /** Applies the sweep within the budget. Returns whether it reached the end of the region's files. */
    private boolean walk(Region region, Sweep.Builder sweep) {
        SweepChange change = new SweepChange(region, sweep, state, appliers);
        List<FilesView.Found> page = next(region, sweep);
        while (!page.isEmpty()) {
            for (FilesView.Found found : page) {
                if (appliers.budget().isSpent()) {
                    return false;
                }
                sweep.setDoneTo(found.path().value());
                if (change.affects(found.path(), found.file())) {
                    // The row is read anew: an earlier file of the page that became GONE may have woken this one, its
                    // companion.
                    KnownFile now = state.files().find(region.id(), found.path());
                    change.apply(found.path(), Objects.requireNonNull(now, "a file does not vanish in a sweep"));
                }
            }
            page = page.size() < PAGE ? List.of() : next(region, sweep);
        }
        return true;
    }

    private List<FilesView.Found> next(Region region, SweepOrBuilder sweep) {
        FilePath above = sweep.getDoneTo().isEmpty() ? null : FilePath.of(sweep.getDoneTo());
        return switch (sweep.getKindCase()) {
            case RETRY -> state.files().stuckAbove(region.id(), sweep.getRetry().getPathPrefix(), above, PAGE);
            case EXPEDITE ->
                state.files().above(region.id(), sweep.getExpedite().getPathPrefix(), above, PAGE);
            case SNAPSHOT, INVENTORY, NEW_LIFE, RETENTION, EXCUSE, KIND_NOT_SET ->
                state.files().above(region.id(), "", above, PAGE);
        };
    }
}
