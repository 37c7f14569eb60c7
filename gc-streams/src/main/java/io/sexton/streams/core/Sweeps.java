package io.sexton.streams.core;

import io.sexton.proto.FilePath;
import io.sexton.streams.core.row.ExcuseSweep;
import io.sexton.streams.core.row.ExpediteSweep;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.InventorySweep;
import io.sexton.streams.core.row.InventorySweepOrBuilder;
import io.sexton.streams.core.row.NewLifeSweep;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.RetentionSweep;
import io.sexton.streams.core.row.RetrySweep;
import io.sexton.streams.core.row.RunningSnapshot;
import io.sexton.streams.core.row.SnapshotSweep;
import io.sexton.streams.core.row.Stamp;
import io.sexton.streams.core.row.Sweep;
import io.sexton.streams.core.row.SweepOrBuilder;
import io.sexton.v1.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Facts that concern every file of a region: a complete snapshot or inventory, a new life, a Retry. Each goes over the
 * files as far as the record's budget allows; ticks go on with the rest. Until then whoever applies a fact to a file that
 * the sweep has not come to is given the file as the sweep leaves it, and ticks condemn nothing of the region: so the
 * outcome is that of a sweep done at once (docs/adr/0010). Not thread safe.
 */
final class Sweeps implements Files.Sweeper {
    private static final int PAGE = 512;

    /** The most that a region's row keeps unfinished: without a bound it would outgrow a record (docs/adr/0026). */
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

    void snapshotIsComplete(Region region, RunningSnapshot snapshot, boolean current, Stamp stamp, Fact fact) {
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
     * @param announced the offset of the inventory's chunk 0
     * @param sound whether what it lacks is GONE; else the LIVE files that it lacks are reported
     */
    void inventoryIsComplete(Region region, long announced, boolean sound, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setInventory(InventorySweep.newBuilder()
                                .setAnnounced(announced)
                                .setSound(sound)));
    }

    /** @param announced the offset of the accepted inventory's chunk 0 */
    void inventoryIsAccepted(Region region, long announced, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder().setExcuse(ExcuseSweep.newBuilder().setAnnounced(announced)));
    }

    /** @param removed the stamp at which files that were LIVE in the old life count as removed */
    void newLife(Region region, Stamp removed, Fact fact) {
        begin(
                region,
                fact,
                Sweep.newBuilder()
                        .setNewLife(NewLifeSweep.newBuilder()
                                .setRemoved(removed)
                                .setRetentionOnly(region.row().getRetentionOnly())));
    }

    /** @param clock the present one; {@code null}: no tick has moved it yet */
    void expedite(Region region, String pathPrefix, @Nullable Instant clock, Fact fact) {
        ExpediteSweep.Builder expedite = ExpediteSweep.newBuilder().setPathPrefix(pathPrefix);
        if (clock != null) {
            expedite.setClockMs(clock.toEpochMilli());
        }
        begin(region, fact, Sweep.newBuilder().setExpedite(expedite));
    }

    /** What was LIVE before expires from now on. */
    void becameRetentionOnly(Region region, Fact fact) {
        begin(region, fact, Sweep.newBuilder().setRetention(RetentionSweep.getDefaultInstance()));
    }

    /** @param atOnce carries the time at which the files fall due */
    void retry(Region region, String pathPrefix, Fact atOnce) {
        begin(
                region,
                atOnce,
                Sweep.newBuilder().setRetry(RetrySweep.newBuilder().setPathPrefix(pathPrefix)));
    }

    /** Whether an operator's order has to wait until some of what is unfinished has been completed. */
    boolean areTooMany(Region region) {
        return region.view().getSweepsCount() >= MAX_UNFINISHED;
    }

    private void begin(Region region, Fact fact, Sweep.Builder sweep) {
        if (areTooMany(region)) {
            finish(region);
        }
        region.row()
                .addSweeps(sweep.setOffset(fact.offset())
                        .setTimeMs(fact.time().toEpochMilli())
                        .setPolicy(withoutPatterns(state.policies.saidOf(region.id()))));
        if (!goOn(region)) {
            state.schedule.leaveUnfinished(region.id());
        }
    }

    /** A sweep needs the policy's times; patterns would be stored and compiled for nothing. */
    private static Policy withoutPatterns(Policy policy) {
        return policy.toBuilder()
                .clearFilePattern()
                .clearCompanions()
                .clearCompanionSuffix()
                .build();
    }

    /** Continues what the region's sweeps have left. Returns whether nothing is left. */
    boolean goOn(Region region) {
        RegionRow.Builder row = region.row();
        while (row.getSweepsCount() > 0) {
            if (!walk(region, row.getSweepsBuilder(0))) {
                return false;
            }
            Sweep done = row.getSweeps(0);
            row.removeSweeps(0);
            if (done.hasSnapshot()) {
                latches.snapshotIsDone(region, done);
            }
        }
        return true;
    }

    /**
     * Completes what the region's sweeps have left, whatever it costs: for facts whose meaning depends on the outcome. They
     * are rare where so much is left over that the record's budget did not suffice (docs/adr/0010).
     */
    void finish(Region region) {
        while (!goOn(region)) {
            state.budget.refill();
        }
    }

    /** Returns whether it came to the end of the region's files. */
    private boolean walk(Region region, Sweep.Builder sweep) {
        Sweeping sweeping = new Sweeping(region, sweep);
        List<Files.Found> page = next(region, sweep);
        while (!page.isEmpty()) {
            for (Files.Found found : page) {
                if (state.budget.isSpent()) {
                    return false;
                }
                sweep.setDoneTo(found.path().value());
                if (sweeping.concerns(found.path(), found.row())) {
                    // The page is as old as its first file: one that went since may have woken this one, its companion.
                    FileRow now = state.files.peek(region.id(), found.path());
                    sweeping.carryOut(found.path(), Objects.requireNonNull(now, "a file does not vanish in a sweep"));
                }
            }
            page = page.size() < PAGE ? List.of() : next(region, sweep);
        }
        return true;
    }

    private List<Files.Found> next(Region region, SweepOrBuilder sweep) {
        FilePath above = sweep.getDoneTo().isEmpty() ? null : FilePath.of(sweep.getDoneTo());
        return switch (sweep.getKindCase()) {
            case RETRY -> state.files.stuckAbove(region.id(), sweep.getRetry().getPathPrefix(), above, PAGE);
            case EXPEDITE -> state.files.above(region.id(), sweep.getExpedite().getPathPrefix(), above, PAGE);
            case SNAPSHOT, INVENTORY, NEW_LIFE, RETENTION, EXCUSE, KIND_NOT_SET ->
                state.files.above(region.id(), above, PAGE);
        };
    }

    @Override
    public FileRow sweep(Region region, FilePath path, FileRow row) {
        FileRow swept = row;
        Sweep.Builder last = null;
        for (Sweep.Builder sweep : region.row().getSweepsBuilderList()) {
            if (isAhead(path, sweep)) {
                Sweeping sweeping = new Sweeping(region, sweep);
                if (sweeping.concerns(path, swept)) {
                    swept = sweeping.carryOut(path, swept);
                }
                last = sweep;
            }
        }
        if (last != null && (!swept.hasSweptOffset() || swept.getSweptOffset() < last.getOffset())) {
            // WARNING: whatever is done to the file from now on comes after these sweeps. Were it not noted that they
            // are
            // done with it, they would take back a later fact (I1).
            FileRow noted = swept.toBuilder().setSweptOffset(last.getOffset()).build();
            state.files.amend(region, path, swept, noted);
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

    /** One sweep, at work. */
    private final class Sweeping {
        private final Region region;
        private final Sweep.Builder sweep;
        private final Fact fact;
        private final EffectivePolicy policy;

        Sweeping(Region region, Sweep.Builder sweep) {
            this.region = region;
            this.sweep = sweep;
            fact = new Fact(sweep.getOffset(), Instant.ofEpochMilli(sweep.getTimeMs()));
            policy = EffectivePolicy.of(sweep.getPolicy());
        }

        /** Whether there is something to be done to the file; a look that costs. */
        boolean concerns(FilePath path, FileRow row) {
            boolean later = row.getChangedOffset() > fact.offset()
                    || (row.hasSweptOffset() && row.getSweptOffset() >= fact.offset());
            boolean moves = !later && moves(path, row);
            if (!later && sweep.hasSnapshot()) {
                count(row, moves);
            }
            if (!moves) {
                state.budget.looked();
            }
            return moves;
        }

        /** Of what was LIVE before the snapshot and unchanged since: how much it takes away, and how much it leaves. */
        private void count(FileRow file, boolean moves) {
            SnapshotSweep.Builder snapshot = sweep.getSnapshotBuilder();
            if (FileState.of(file) != FileState.LIVE || file.getChangedOffset() >= snapshot.getAnnounced()) {
                return;
            }
            if (moves) {
                snapshot.setTaken(snapshot.getTaken() + 1);
            } else {
                snapshot.setLeft(snapshot.getLeft() + 1);
            }
        }

        private boolean moves(FilePath path, FileRow file) {
            FileState is = FileState.of(file);
            return switch (sweep.getKindCase()) {
                case SNAPSHOT ->
                    is == FileState.LIVE
                            ? isTakenAway(file, sweep.getSnapshot())
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
                case KIND_NOT_SET -> throw unknown();
            };
        }

        /** Returns the file's row after it. */
        FileRow carryOut(FilePath path, FileRow file) {
            state.budget.moved();
            return switch (sweep.getKindCase()) {
                case SNAPSHOT -> snapshot(path, file);
                case INVENTORY -> missing(path, file);
                case NEW_LIFE ->
                    sweep.getNewLife().getRetentionOnly()
                            ? files.expiresInNewLife(region, path, file, fact, policy)
                            : files.outlivesItsRegion(
                                    region, path, file, sweep.getNewLife().getRemoved(), fact, policy);
                case EXPEDITE -> expedite(path, file);
                case EXCUSE -> excuse(path, file);
                case RETENTION -> state.files.replace(region, path, file, file.toBuilder(), null);
                case RETRY -> condemning.retry(region, path, file, fact.time());
                case KIND_NOT_SET -> throw unknown();
            };
        }

        private FileRow snapshot(FilePath path, FileRow file) {
            Stamp stamp = sweep.getSnapshot().getStamp();
            return FileState.of(file) == FileState.LIVE
                    ? files.snapshotLacks(region, path, file, stamp, fact, policy)
                    : files.snapshotOvertakes(
                            region, path, file, stamp, sweep.getSnapshot().getAnnounced(), fact);
        }

        /** A due time by the policy in force at the fact, where it is another one than before. */
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
            return state.files.replace(region, path, file, next, due);
        }

        private FileRow excuse(FilePath path, FileRow file) {
            FileRow excused = file.toBuilder().setExcused(true).build();
            state.files.amend(region, path, file, excused);
            return excused;
        }

        private FileRow missing(FilePath path, FileRow file) {
            if (!sweep.getInventory().getSound()) {
                out.missing(region.id(), path, "a complete inventory did not list this live file");
                return file;
            }
            Condemning.raiseHorizon(region, file);
            return files.becomeGone(region, path, file, fact);
        }

        private IllegalStateException unknown() {
            return new IllegalStateException("region " + region.id() + " has a sweep of offset " + sweep.getOffset()
                    + " of a kind that this version does not know");
        }
    }

    /** WARNING: this takes files out of the manifest. Every condition that it drops condemns a live file (I1). */
    private static boolean isTakenAway(FileRow file, SnapshotSweep snapshot) {
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
            // It may have been announced and not written yet, unless nothing but listings ever named it.
            case UNREFERENCED -> inventory.getSound() && (!file.hasKnownOffset() || file.hasCandidateOffset());
            case OBSOLETE, ABANDONED, ABORTED -> inventory.getSound();
            case UNKNOWN, TEMP, CONDEMNED, GONE -> false;
        };
    }
}
