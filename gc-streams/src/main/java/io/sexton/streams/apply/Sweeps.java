package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Lingers;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.row.ExcuseSweep;
import io.sexton.streams.row.ExpediteSweep;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.row.InventorySweep;
import io.sexton.streams.row.InventorySweepOrBuilder;
import io.sexton.streams.row.NewLifeSweep;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.RetentionSweep;
import io.sexton.streams.row.RetrySweep;
import io.sexton.streams.row.RunningSnapshot;
import io.sexton.streams.row.SnapshotSweep;
import io.sexton.streams.row.Stamp;
import io.sexton.streams.row.Sweep;
import io.sexton.streams.row.SweepOrBuilder;
import io.sexton.streams.state.Files;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.RegionCounts;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.FilesView;
import io.sexton.v1.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The facts that concern every file of a region: a complete snapshot or inventory, a new life, a Retry. A sweep applies
 * such a fact to file after file, within the record's budget; ticks resume it. Until it ends, appliers that read a file
 * which the sweep has not reached get the row as the sweep will leave it, and ticks condemn nothing of the region. So
 * the outcome is that of a sweep done at once (docs/adr/0010). Not thread safe.
 */
final class Sweeps implements Files.Sweeper {
    private static final int PAGE = 512;

    /** Upper bound on a region's unfinished sweeps: without one its row would outgrow a record (docs/adr/0026). */
    private static final int MAX_UNFINISHED = 64;

    private final State state;
    private final Outbox out;
    private final FileFacts files;
    private final Condemning condemning;
    private final Latches latches;

    Sweeps(State state, Outbox out, FileFacts files, Condemning condemning, Latches latches) {
        this.state = state;
        this.out = out;
        this.files = files;
        this.condemning = condemning;
        this.latches = latches;
    }

    void sweepSnapshot(Region region, RunningSnapshot snapshot, boolean current, Stamp stamp, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setSnapshot(SnapshotSweep.newBuilder()
                                .setAnnounced(snapshot.getOffset())
                                .setStamp(stamp)
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
                                .setRemoved(removed)
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
            state.budget().refill();
        }
    }

    /** Applies the sweep within the budget. Returns whether it reached the end of the region's files. */
    private boolean walk(Region region, Sweep.Builder sweep) {
        ActiveSweep active = new ActiveSweep(region, sweep);
        List<FilesView.Found> page = next(region, sweep);
        while (!page.isEmpty()) {
            for (FilesView.Found found : page) {
                if (state.budget().isSpent()) {
                    return false;
                }
                sweep.setDoneTo(found.path().value());
                if (active.affects(found.path(), found.row())) {
                    // The row is read anew: an earlier file of the page that became GONE may have woken this one, its
                    // companion.
                    FileRow now = state.files().peek(region.id(), found.path());
                    active.apply(found.path(), Objects.requireNonNull(now, "a file does not vanish in a sweep"));
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
            case EXPEDITE -> state.files().above(region.id(), sweep.getExpedite().getPathPrefix(), above, PAGE);
            case SNAPSHOT, INVENTORY, NEW_LIFE, RETENTION, EXCUSE, KIND_NOT_SET ->
                state.files().above(region.id(), above, PAGE);
        };
    }

    @Override
    public FileRow sweep(Region region, FilePath path, FileRow row) {
        FileRow swept = row;
        Sweep.Builder last = null;
        for (Sweep.Builder sweep : region.row().getSweepsBuilderList()) {
            if (isAhead(path, sweep)) {
                ActiveSweep active = new ActiveSweep(region, sweep);
                if (active.affects(path, swept)) {
                    swept = active.apply(path, swept);
                }
                last = sweep;
            }
        }
        if (last != null && (!swept.hasSweptOffset() || swept.getSweptOffset() < last.getOffset())) {
            // WARNING: facts applied to the file from now on come after these sweeps. If the row did not record that
            // the sweeps are done with it, they would revert a later fact (I1).
            FileRow noted = swept.toBuilder().setSweptOffset(last.getOffset()).build();
            state.files().amend(region, path, swept, noted);
            swept = noted;
        }
        return swept;
    }

    private static boolean isAhead(FilePath path, SweepOrBuilder sweep) {
        return Arrays.compareUnsigned(
                        path.value().getBytes(StandardCharsets.UTF_8),
                        sweep.getDoneTo().getBytes(StandardCharsets.UTF_8))
                > 0;
    }

    /** The application of one sweep to single files. */
    private final class ActiveSweep {
        private final Region region;
        private final Sweep.Builder sweep;
        private final Fact fact;
        private final EffectivePolicy policy;

        ActiveSweep(Region region, Sweep.Builder sweep) {
            this.region = region;
            this.sweep = sweep;
            fact = new Fact(sweep.getOffset(), Instant.ofEpochMilli(sweep.getTimeMs()));
            policy = EffectivePolicy.of(sweep.getPolicy());
        }

        /** Returns whether the sweep changes the file. Uses budget if it does not. */
        boolean affects(FilePath path, FileRow row) {
            boolean later = row.getChangedOffset() > fact.offset()
                    || (row.hasSweptOffset() && row.getSweptOffset() >= fact.offset());
            boolean changed = !later && changes(path, row);
            if (!later && sweep.hasSnapshot()) {
                count(row, changed);
            }
            if (!changed) {
                state.budget().looked();
            }
            return changed;
        }

        /**
         * Counts the files that were LIVE before the snapshot and unchanged since, by whether the snapshot removes
         * them.
         */
        private void count(FileRow file, boolean removed) {
            SnapshotSweep.Builder snapshot = sweep.getSnapshotBuilder();
            if (FileState.of(file) != FileState.LIVE || file.getChangedOffset() >= snapshot.getAnnounced()) {
                return;
            }
            if (removed) {
                snapshot.setTaken(snapshot.getTaken() + 1);
            } else {
                snapshot.setLeft(snapshot.getLeft() + 1);
            }
        }

        private boolean changes(FilePath path, FileRow file) {
            FileState is = FileState.of(file);
            return switch (sweep.getKindCase()) {
                case SNAPSHOT ->
                    is == FileState.LIVE
                            ? isRemovedBy(file, sweep.getSnapshot())
                            : FileFacts.isOvertaken(
                                    file,
                                    sweep.getSnapshot().getStamp(),
                                    sweep.getSnapshot().getAnnounced());
                case INVENTORY -> isMissing(region, file, sweep.getInventory());
                case NEW_LIFE ->
                    is.isTracked()
                            && (is != FileState.CONDEMNED || sweep.getNewLife().getRetentionOnly());
                case EXPEDITE -> isExpedited(path, file);
                case EXCUSE -> RegionCounts.isUnlisted(file, sweep.getExcuse().getAnnounced());
                case RETENTION -> is == FileState.LIVE;
                case RETRY ->
                    file.getCondemnation().getStuck()
                            && path.value().startsWith(sweep.getRetry().getPathPrefix());
                case KIND_NOT_SET -> throw unknownKind();
            };
        }

        /** Applies the sweep to the file. Returns its row afterwards. */
        FileRow apply(FilePath path, FileRow file) {
            state.budget().moved();
            return switch (sweep.getKindCase()) {
                case SNAPSHOT -> applySnapshot(path, file);
                case INVENTORY -> applyMissing(path, file);
                case NEW_LIFE ->
                    sweep.getNewLife().getRetentionOnly()
                            ? files.becomeLiveInNewLife(region, path, file, fact, policy)
                            : files.becomeUnreferencedInNewLife(
                                    region, path, file, sweep.getNewLife().getRemoved(), fact, policy);
                case EXPEDITE -> expedite(path, file);
                case EXCUSE -> excuse(path, file);
                case RETENTION -> state.files().replace(region, path, file, file.toBuilder(), null);
                case RETRY -> condemning.retry(region, path, file, fact.time());
                case KIND_NOT_SET -> throw unknownKind();
            };
        }

        private FileRow applySnapshot(FilePath path, FileRow file) {
            Stamp stamp = sweep.getSnapshot().getStamp();
            return FileState.of(file) == FileState.LIVE
                    ? files.makeObsoleteBySnapshot(region, path, file, stamp, fact, policy)
                    : files.makeLiveBySnapshot(
                            region, path, file, stamp, sweep.getSnapshot().getAnnounced(), fact);
        }

        /** Returns whether the policy in force at the fact gives the file another due time than it has. */
        private boolean isExpedited(FilePath path, FileRow file) {
            if (!path.value().startsWith(sweep.getExpedite().getPathPrefix()) || region.isGone()) {
                return false;
            }
            return switch (FileState.of(file)) {
                case OBSOLETE, ABANDONED, ABORTED ->
                    !file.getStaleTempManifest() && !expedited(file).equals(Instant.ofEpochMilli(file.getDueMs()));
                case UNKNOWN, LIVE, UNREFERENCED, TEMP, CONDEMNED, GONE -> false;
            };
        }

        private Instant expedited(FileRow file) {
            return Objects.requireNonNull(Lingers.due(FileState.of(file), file, policy), "its state has a linger");
        }

        private FileRow expedite(FilePath path, FileRow file) {
            Instant due = expedited(file);
            FileRow.Builder next = file.toBuilder().setLingerDueMs(due.toEpochMilli());
            if (sweep.getExpedite().hasClockMs()
                    && due.toEpochMilli() > sweep.getExpedite().getClockMs()) {
                next.clearCandidateOffset();
            }
            return state.files().replace(region, path, file, next, due);
        }

        private FileRow excuse(FilePath path, FileRow file) {
            FileRow excused = file.toBuilder().setExcused(true).build();
            state.files().amend(region, path, file, excused);
            return excused;
        }

        private FileRow applyMissing(FilePath path, FileRow file) {
            if (!sweep.getInventory().getSound()) {
                out.missing(region.id(), path, "a complete inventory did not list this live file");
                return file;
            }
            Condemning.raiseHorizon(region, file);
            return files.becomeGone(region, path, file, fact);
        }

        private IllegalStateException unknownKind() {
            return new IllegalStateException("region " + region.id() + " has a sweep of offset " + sweep.getOffset()
                    + " of a kind that this version does not know");
        }
    }

    /** Returns whether a snapshot removes the file. WARNING: dropping a condition would remove live files (I1). */
    private static boolean isRemovedBy(FileRow file, SnapshotSweep snapshot) {
        boolean named = file.hasSnapshotOffset() && file.getSnapshotOffset() == snapshot.getAnnounced();
        boolean older = !Stamps.isAbove(file.getLiveSince(), snapshot.getStamp());
        boolean untouched = snapshot.getStamp().getVersion() != 0 || file.getChangedOffset() < snapshot.getAnnounced();
        return !named && older && untouched;
    }

    private static boolean isMissing(Region region, FileRow file, InventorySweepOrBuilder inventory) {
        long announced = inventory.getAnnounced();
        boolean named = file.hasInventoryOffset() && file.getInventoryOffset() == announced;
        if (named || !RegionCounts.isOlder(file, announced)) {
            return false;
        }
        return switch (FileState.of(file)) {
            case LIVE ->
                !file.getExcused() && (!inventory.getSound() || region.row().getRetentionOnly());
            // A file may be announced before it is written. One that only listings have named was not announced.
            case UNREFERENCED -> inventory.getSound() && (!file.hasKnownOffset() || file.hasCandidateOffset());
            case OBSOLETE, ABANDONED, ABORTED -> inventory.getSound();
            case UNKNOWN, TEMP, CONDEMNED, GONE -> false;
        };
    }
}
