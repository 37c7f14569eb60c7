package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.decide.Decision;
import io.sexton.streams.decide.FileDecider;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.Schedule;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.FilesView;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one applier that condemns: it examines the due files in order (design, section 7). Work is bounded: entries due
 * beyond {@link Bounds#looks} wait for the next tick, in the same order. Not thread safe.
 */
final class DueFiles {
    private static final int PAGE = 256;

    private static final String TOO_LARGE =
            "a command with this file alone is larger than a command may be: its store, root, path and etag are too long";

    /**
     * Upper bound on the rows of a gone region skipped for each look: they are not due, but reading them costs, too.
     */
    private static final int MAX_SKIPPED_PER_LOOK = 20;

    private final int partition;
    private final State state;
    private final Outbox out;
    private final Condemning condemning;
    private final Backlog backlog;
    private final Bounds bounds;
    private final FileDecider decider;

    DueFiles(int partition, State state, Outbox out, Condemning condemning, Backlog backlog, Bounds bounds) {
        this.partition = partition;
        this.state = state;
        this.out = out;
        this.condemning = condemning;
        this.backlog = backlog;
        this.bounds = bounds;
        decider = new FileDecider(state);
    }

    /** Examines the files that are due at the tick's time. */
    Pass examine(Fact tick) {
        Pass pass = new Pass(tick);
        pass.examineAll();
        return pass;
    }

    private record Companion(RegionId region, FilePath path) {}

    /** One tick's walk over the due index. */
    final class Pass {
        private final Fact tick;
        private final CommandBatch batch;
        private int looks;
        private int skipped;
        private boolean workLeft;
        private Schedule.@Nullable Entry firstDeferred;

        /** Set if files have returned to the schedule since the page was read. */
        private boolean woke;

        /** Companions that keep a file because they are kept themselves. They must be parked under their own keeper. */
        private final List<Companion> keepers = new ArrayList<>();

        /**
         * The answer at the region's first entry: files parked in this pass are not those that a change of policies
         * wakes.
         */
        private final Map<RegionId, Boolean> deferredAtFirst = new HashMap<>();

        private Pass(Fact tick) {
            this.tick = tick;
            this.batch = new CommandBatch(partition, tick);
        }

        private void examineAll() {
            Schedule.Entry last = null;
            List<Schedule.Entry> page = state.schedule().due(null, tick.time(), PAGE);
            while (!page.isEmpty() && !workLeft) {
                last = examine(page);
                page = isDeferred(last)
                        ? state.schedule().dueAfterRegion(last, tick.time(), PAGE)
                        : state.schedule().due(last, tick.time(), PAGE);
            }
            updateFloor(last);
            batch.emit(out);
        }

        /** Returns whether the bound was reached: the next tick resumes. */
        boolean hasWorkLeft() {
            return workLeft;
        }

        /** Examines a page. Returns the last entry examined: after it the page may differ from the schedule. */
        private Schedule.Entry examine(List<Schedule.Entry> page) {
            for (Schedule.Entry entry : page) {
                if (isDeferred(entry)) {
                    noteDeferred(entry);
                    return entry;
                }
                examineEntry(entry);
                if (woke) {
                    woke = false;
                    noteWokenBefore(entry);
                    return entry;
                }
                if (workLeft || entry.path() == null) {
                    return entry; // a region's entry may have moved to a later time, among entries of this page
                }
            }
            return page.get(page.size() - 1);
        }

        /** Defers files that returned to the schedule before this entry to the next tick. */
        private void noteWokenBefore(Schedule.Entry here) {
            List<Schedule.Entry> first = state.schedule().due(null, tick.time(), 1);
            if (!first.isEmpty() && Schedule.isBefore(first.get(0), here)) {
                firstDeferred = first.get(0);
            }
        }

        private void updateFloor(Schedule.@Nullable Entry last) {
            if (firstDeferred != null) {
                state.schedule().raiseFloorTo(firstDeferred);
            } else if (workLeft && last != null) {
                state.schedule().raiseFloorTo(last);
            } else {
                state.schedule().raiseFloorAbove(tick.time());
            }
            state.schedule().setWorkLeft(workLeft || backlog.isUnfinished());
        }

        private boolean isDeferred(Schedule.Entry entry) {
            return isDeferred(state.regions().get(entry.region()));
        }

        /** Returns whether this pass examines no file of the region, because work on it is unfinished. */
        boolean isDeferred(Region region) {
            return deferredAtFirst.computeIfAbsent(region.id(), id -> backlog.defers(region))
                    || region.hasUnfinishedWork();
        }

        /** Records an entry of a region with unfinished work: its due files may not be those of the schedule. */
        private void noteDeferred(Schedule.Entry entry) {
            if (mayLook() && firstDeferred == null) {
                firstDeferred = entry;
            }
        }

        private void examineEntry(Schedule.Entry entry) {
            Region region = state.regions().get(entry.region());
            FilePath path = entry.path();
            if (path != null) {
                examineFile(region, path, entry);
            } else if (region.isGone()) {
                examineGoneRegion(region, entry);
            } else {
                examineExpired(region, entry);
            }
        }

        private boolean mayLook() {
            if (looks == bounds.looks()) {
                workLeft = true;
                return false;
            }
            looks++;
            return true;
        }

        private boolean maySkip() {
            workLeft |= skipped == bounds.looks() * MAX_SKIPPED_PER_LOOK;
            skipped++;
            return !workLeft;
        }

        private void examineFile(Region region, FilePath path, Schedule.Entry entry) {
            if (!mayLook()) {
                return;
            }
            FileRow file = state.files().peek(region.id(), path);
            boolean current = file != null
                    && file.hasDueMs()
                    && file.getDueMs() == entry.due().toEpochMilli();
            boolean overtaken = region.isGone()
                    && FileState.of(file) != FileState.CONDEMNED
                    && !entry.due().equals(region.dropDue());
            if (file == null || !current || overtaken) {
                // Overtaken: the region is gone, and the walk over all its files will reach this one.
                state.schedule().remove(entry);
                return;
            }
            decideAndApply(region, path, file, entry.due());
        }

        /** Examines the files of a gone region. It has one entry: each of its files is due at the drop's due time. */
        private void examineGoneRegion(Region region, Schedule.Entry entry) {
            String scannedTo = region.row().getDrop().getScannedTo();
            FilePath from = scannedTo.isEmpty() ? null : FilePath.of(scannedTo);
            List<FilesView.Found> page = state.files().above(region.id(), from, PAGE);
            while (!page.isEmpty()) {
                for (FilesView.Found found : page) {
                    FileState is = FileState.of(found.row());
                    boolean isDue = is.isTracked() && is != FileState.CONDEMNED;
                    if (isDue ? !mayLook() : !maySkip()) {
                        return;
                    }
                    if (isDue) {
                        decideAndApply(region, found.path(), found.row(), entry.due());
                    }
                    from = found.path();
                    region.row().getDropBuilder().setScannedTo(from.value());
                }
                page = state.files().above(region.id(), from, PAGE);
            }
            state.schedule().remove(entry);
        }

        /**
         * Examines the expired files of a retention-only region. It has one entry, at the time of its earliest expiry.
         */
        private void examineExpired(Region region, Schedule.Entry entry) {
            while (region.row().hasRetentionDueMs()
                    && region.row().getRetentionDueMs() == entry.due().toEpochMilli()) {
                FilePath first = state.files().firstExpiring(region);
                FileRow file = first == null ? null : state.files().peek(region.id(), first);
                if (first == null || file == null) {
                    throw new IllegalStateException("region " + region.id() + " has an expiry but no expiring file");
                }
                if (!mayLook()) {
                    return;
                }
                decideAndApply(region, first, file, entry.due());
            }
        }

        private void decideAndApply(Region region, FilePath path, FileRow file, Instant due) {
            EffectivePolicy policy = state.policies().of(region.id());
            state.files().ensureCounted(region);
            FileDecider.Case c = new FileDecider.Case(
                    region, path, file, policy, state.policies().generation(), tick);
            apply(decider.decide(c), c, region, due);
        }

        private void apply(Decision decision, FileDecider.Case c, Region region, Instant due) {
            switch (decision) {
                case Decision.Nothing nothing ->
                    state.files().replace(region, c.path(), c.file(), c.file().toBuilder(), null);
                case Decision.Postpone later -> state.files().postpone(region, c.path(), c.file(), later.due());
                case Decision.Blocked blocked -> park(c, region, due, blocked.blocker());
                case Decision.Latch latch -> {
                    GuardCounts.latch(region, tick);
                    park(c, region, due, new Blocker.AwaitsApproval(region.id()));
                }
                case Decision.Condemn condemn -> {
                    if (condemn.reason() != Reason.REGION_GONE) {
                        GuardCounts.count(region, c.policy(), tick.time());
                    }
                    FileRow condemned =
                            condemning.condemn(region, c.path(), c.file(), condemn.reason(), condemn.since(), tick);
                    emit(c, region, condemned);
                }
                case Decision.DryRun dryRun -> {
                    if (!batch.add(region, Disposition.DRY_RUN, dryRunFile(c, region, dryRun))) {
                        out.stuck(region.id(), c.path(), TOO_LARGE);
                    }
                    FileRow.Builder next = candidate(c).setDryRunGeneration(c.policyGeneration());
                    state.files().park(region, c.path(), c.file(), next, due, new Blocker.ByPolicy(region.id()));
                }
                case Decision.EmitAgain again ->
                    emit(c, region, condemning.emitAgain(region, c.path(), c.file(), tick));
            }
        }

        private void emit(FileDecider.Case c, Region region, FileRow condemned) {
            CondemnedFile file = Condemning.describe(c.path(), condemned);
            if (!batch.add(region, c.policy().disposition(), file)) {
                condemning.makeStuck(region, c.path(), condemned);
                out.stuck(region.id(), c.path(), TOO_LARGE);
            }
        }

        /** Wakes companions that were parked before their own companions counted, for the next tick. */
        void wakeCompanions() {
            keepers.forEach(keeper -> state.files().wakeFile(state.regions().get(keeper.region), keeper.path));
        }

        /**
         * Wakes the files that a file kept as their companion: it is a candidate now, and keeps them no longer. As if
         * each tick examined every due file, later ones in the order are examined in this tick, earlier ones in the
         * next.
         */
        private void wakeKept(FileDecider.Case c) {
            Blocker kept = new Blocker.ByCompanion(c.id(), c.path());
            if (state.schedule().isAnyParkedUnder(kept)) {
                state.files().wake(state.regions().get(c.id()), kept);
                woke = true;
            }
        }

        private void park(FileDecider.Case c, Region region, Instant due, Blocker blocker) {
            noteCompanions(c, blocker);
            state.files().park(region, c.path(), c.file(), candidate(c), due, blocker);
        }

        private void noteCompanions(FileDecider.Case c, Blocker blocker) {
            if (c.policy().companions().isEmpty() || c.state() != FileState.UNREFERENCED) {
                return;
            }
            switch (blocker) {
                case Blocker.ByCompanion by -> {
                    FileRow keeper = state.files().peek(c.id(), by.companion());
                    if (keeper != null && isParkedAsOrphan(keeper)) {
                        keepers.add(new Companion(c.id(), by.companion()));
                    }
                }
                case Blocker.ByPath by -> {}
                case Blocker.ByVersionPin by -> {}
                case Blocker.ByHold by -> {}
                case Blocker.RegionNotReady by -> wakeKept(c);
                case Blocker.AwaitsSnapshot by -> wakeKept(c);
                case Blocker.AwaitsInventory by -> wakeKept(c);
                case Blocker.AwaitsCompaction by -> wakeKept(c);
                case Blocker.AwaitsApproval by -> wakeKept(c);
                case Blocker.ByPolicy by -> wakeKept(c);
            }
        }

        /**
         * Returns whether the file was parked before its own companion counted: else it would miss that one's end (I6).
         */
        private static boolean isParkedAsOrphan(FileRow file) {
            if (FileState.of(file) != FileState.UNREFERENCED
                    || !file.hasCandidateOffset()
                    || file.getParkedUnder().isEmpty()) {
                return false;
            }
            return switch (Blocker.kindOf(file.getParkedUnder().toByteArray())) {
                case Blocker.COMPANION, Blocker.PATH, Blocker.HOLD, Blocker.VERSION_PIN -> false;
                default -> true;
            };
        }

        /** Returns the row of a candidate: whatever blocks it, later records can confirm it from now on. */
        private FileRow.Builder candidate(FileDecider.Case c) {
            FileRow.Builder row = c.file().toBuilder();
            return FileState.of(c.file()) == FileState.CONDEMNED ? row : row.setCandidateOffset(c.candidateOffset());
        }

        private CondemnedFile dryRunFile(FileDecider.Case c, Region region, Decision.DryRun dryRun) {
            return CondemnedFile.newBuilder()
                    .setFile(c.file().getRef().toBuilder().setPath(c.path().value()))
                    .setReason(dryRun.reason())
                    .setSince(Times.toProto(dryRun.since()))
                    .setAttempt(1)
                    .setEvidenceOffset(Condemning.evidence(region, c.file(), dryRun.reason()))
                    .build();
        }
    }
}
