package io.sexton.streams.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.FileRow;
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
 * Looks at the files that are due, in order, and condemns: nothing else does (design, section 7). Work is bounded: what is
 * due beyond {@link Bounds#looks} waits for the next tick, in the same order. Not thread safe.
 */
final class DueFiles {
    private static final int PAGE = 256;

    private static final String TOO_LARGE =
            "a command with this file alone is larger than a command may be: its store, root, path and etag are too long";

    /** How many rows of a gone region may be passed over for each look: they are not due, but to read them costs, too. */
    private static final int PASSED_OVER_A_LOOK = 20;

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
        decider = new FileDecider(state.protection, state.files::peek);
    }

    /** Looks at what is due by the tick's time. */
    Pass lookAt(Fact tick) {
        Pass pass = new Pass(tick);
        pass.lookAtAllThatIsDue();
        return pass;
    }

    private record Companion(RegionId region, FilePath path) {}

    /** One tick's walk over the due index. */
    final class Pass {
        private final Fact tick;
        private final CommandBatch batch;
        private int looks;
        private int passedOver;
        private boolean workLeft;
        private Schedule.@Nullable Entry firstHeld;

        /** Whether files have returned to the schedule since the page was read. */
        private boolean woke;

        /** Companions that keep a file by what keeps them, to be parked under that. */
        private final List<Companion> keepers = new ArrayList<>();

        /** As it was when the walk first came to the region: what it parks then is not what a change of policies wakes. */
        private final Map<RegionId, Boolean> heldAtFirst = new HashMap<>();

        private Pass(Fact tick) {
            this.tick = tick;
            this.batch = new CommandBatch(partition, tick);
        }

        private void lookAtAllThatIsDue() {
            Schedule.Entry last = null;
            List<Schedule.Entry> page = state.schedule.due(null, tick.time(), PAGE);
            while (!page.isEmpty() && !workLeft) {
                last = lookAt(page);
                page = isHeld(last)
                        ? state.schedule.dueBehindRegion(last, tick.time(), PAGE)
                        : state.schedule.due(last, tick.time(), PAGE);
            }
            noteHowFarItCame(last);
            batch.emit(out);
        }

        /** Whether the bound was reached: the next tick goes on. */
        boolean leavesWork() {
            return workLeft;
        }

        /** Returns the entry that it came to: behind it the page may not be what the schedule has now. */
        private Schedule.Entry lookAt(List<Schedule.Entry> page) {
            for (Schedule.Entry entry : page) {
                if (isHeld(entry)) {
                    hold(entry);
                    return entry;
                }
                look(entry);
                if (woke) {
                    woke = false;
                    leaveWhatIsBefore(entry);
                    return entry;
                }
                if (workLeft || entry.path() == null) {
                    return entry; // a region's entry may stand further on now, among those that this page has already
                }
            }
            return page.get(page.size() - 1);
        }

        /** What has returned to the schedule before the place that the walk has come to waits there for the next tick. */
        private void leaveWhatIsBefore(Schedule.Entry here) {
            List<Schedule.Entry> first = state.schedule.due(null, tick.time(), 1);
            if (!first.isEmpty() && Schedule.isBefore(first.get(0), here)) {
                firstHeld = first.get(0);
            }
        }

        private void noteHowFarItCame(Schedule.@Nullable Entry last) {
            if (firstHeld != null) {
                state.schedule.nothingDueBefore(firstHeld);
            } else if (workLeft && last != null) {
                state.schedule.nothingDueBefore(last);
            } else {
                state.schedule.nothingDueUntil(tick.time());
            }
            state.schedule.setWorkLeft(workLeft || backlog.isLeft());
        }

        private boolean isHeld(Schedule.Entry entry) {
            return isHeld(state.regions.get(entry.region()));
        }

        /** Whether nothing of the region was looked at, for work on it is unfinished. */
        boolean isHeld(Region region) {
            return heldAtFirst.computeIfAbsent(region.id(), id -> backlog.holds(region)) || region.hasUnfinishedWork();
        }

        /** Of a region whose work is unfinished nothing is looked at: what is due may not stand here yet, or not any more. */
        private void hold(Schedule.Entry entry) {
            if (mayLook() && firstHeld == null) {
                firstHeld = entry;
            }
        }

        private void look(Schedule.Entry entry) {
            Region region = state.regions.get(entry.region());
            FilePath path = entry.path();
            if (path != null) {
                lookAtOne(region, path, entry);
            } else if (region.isGone()) {
                lookAtAllOf(region, entry);
            } else {
                lookAtExpired(region, entry);
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

        private boolean mayPassOver() {
            workLeft |= passedOver == bounds.looks() * PASSED_OVER_A_LOOK;
            passedOver++;
            return !workLeft;
        }

        private void lookAtOne(Region region, FilePath path, Schedule.Entry entry) {
            if (!mayLook()) {
                return;
            }
            FileRow file = state.files.peek(region.id(), path);
            boolean current = file != null
                    && file.hasDueMs()
                    && file.getDueMs() == entry.due().toEpochMilli();
            boolean overtaken = region.isGone()
                    && FileState.of(file) != FileState.CONDEMNED
                    && !entry.due().equals(region.dropDue());
            if (file == null || !current || overtaken) {
                // Overtaken: the region is gone, and the walk over all its files comes to this one.
                state.schedule.remove(entry);
                return;
            }
            decideAndApply(region, path, file, entry.due());
        }

        /** A region that is gone has one entry: each of its files is due at the drop's due time. */
        private void lookAtAllOf(Region region, Schedule.Entry entry) {
            String scannedTo = region.row().getDrop().getScannedTo();
            FilePath from = scannedTo.isEmpty() ? null : FilePath.of(scannedTo);
            List<Files.Found> page = state.files.above(region.id(), from, PAGE);
            while (!page.isEmpty()) {
                for (Files.Found found : page) {
                    FileState is = FileState.of(found.row());
                    boolean isDue = is.isTracked() && is != FileState.CONDEMNED;
                    if (isDue ? !mayLook() : !mayPassOver()) {
                        return;
                    }
                    if (isDue) {
                        decideAndApply(region, found.path(), found.row(), entry.due());
                    }
                    from = found.path();
                    region.row().getDropBuilder().setScannedTo(from.value());
                }
                page = state.files.above(region.id(), from, PAGE);
            }
            state.schedule.remove(entry);
        }

        /** A retention-only region has one entry, at the time of its earliest expiry. */
        private void lookAtExpired(Region region, Schedule.Entry entry) {
            while (region.row().hasRetentionDueMs()
                    && region.row().getRetentionDueMs() == entry.due().toEpochMilli()) {
                FilePath first = state.files.firstExpiring(region);
                FileRow file = first == null ? null : state.files.peek(region.id(), first);
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
            EffectivePolicy policy = state.policies.of(region.id());
            state.files.ensureCounted(region);
            FileDecider.Case c = new FileDecider.Case(
                    region.id(), region.view(), path, file, policy, state.policies.generation(), tick);
            apply(decider.decide(c), c, region, due);
        }

        private void apply(Decision decision, FileDecider.Case c, Region region, Instant due) {
            switch (decision) {
                case Decision.Nothing nothing ->
                    state.files.replace(region, c.path(), c.file(), c.file().toBuilder(), null);
                case Decision.PutBack later -> state.files.postpone(region, c.path(), c.file(), later.due());
                case Decision.Blocked blocked -> park(c, region, due, blocked.blocker());
                case Decision.Latch latch -> {
                    Guards.stop(region, tick);
                    park(c, region, due, new Blocker.AwaitsApproval(region.id()));
                }
                case Decision.Condemn condemn -> {
                    if (condemn.reason() != Reason.REGION_GONE) {
                        Guards.count(region, c.policy(), tick.time());
                    }
                    FileRow condemned =
                            condemning.condemn(region, c.path(), c.file(), condemn.reason(), condemn.since(), tick);
                    emit(c, region, condemned);
                }
                case Decision.Show show -> {
                    if (!batch.add(region.id(), region.view(), Disposition.DRY_RUN, shown(c, region, show))) {
                        out.stuck(region.id(), c.path(), TOO_LARGE);
                    }
                    FileRow.Builder next = candidate(c).setDryRunGeneration(c.policyGeneration());
                    state.files.park(region, c.path(), c.file(), next, due, new Blocker.ByPolicy(region.id()));
                }
                case Decision.EmitAgain again ->
                    emit(c, region, condemning.emitAgain(region, c.path(), c.file(), tick));
            }
        }

        private void emit(FileDecider.Case c, Region region, FileRow condemned) {
            CondemnedFile file = Condemning.describe(c.path(), condemned);
            if (!batch.add(region.id(), region.view(), c.policy().disposition(), file)) {
                condemning.stick(region, c.path(), condemned);
                out.stuck(region.id(), c.path(), TOO_LARGE);
            }
        }

        /** Lets companions be looked at anew whose own companions have been found to count: from the next tick on. */
        void wakeCompanions() {
            keepers.forEach(keeper -> state.files.lookAgain(state.regions.get(keeper.region), keeper.path));
        }

        /**
         * A file that is a candidate now, and no more than that, keeps its companions no longer. As if each tick looked at
         * every due file: those behind it in the order are looked at in this tick, those before it in the next.
         */
        private void wakeKept(FileDecider.Case c) {
            Blocker kept = new Blocker.ByCompanion(c.id(), c.path());
            if (state.schedule.isAnyParkedUnder(kept)) {
                state.files.wake(state.regions.get(c.id()), kept);
                woke = true;
            }
        }

        private void park(FileDecider.Case c, Region region, Instant due, Blocker blocker) {
            noteCompanions(c, blocker);
            state.files.park(region, c.path(), c.file(), candidate(c), due, blocker);
        }

        private void noteCompanions(FileDecider.Case c, Blocker blocker) {
            if (c.policy().companions().isEmpty() || c.state() != FileState.UNREFERENCED) {
                return;
            }
            switch (blocker) {
                case Blocker.ByCompanion by -> {
                    FileRow keeper = state.files.peek(c.id(), by.companion());
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

        /** Parked before its own companion counted: it must come under that companion, whose end it would miss else (I6). */
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

        /** Found due: whatever else may block it, from here on the log can confirm it. */
        private FileRow.Builder candidate(FileDecider.Case c) {
            FileRow.Builder row = c.file().toBuilder();
            return FileState.of(c.file()) == FileState.CONDEMNED ? row : row.setCandidateOffset(c.candidateOffset());
        }

        private CondemnedFile shown(FileDecider.Case c, Region region, Decision.Show show) {
            return CondemnedFile.newBuilder()
                    .setFile(c.file().getRef().toBuilder().setPath(c.path().value()))
                    .setReason(show.reason())
                    .setSince(Times.toProto(show.since()))
                    .setAttempt(1)
                    .setEvidenceOffset(Condemning.evidence(region, c.file(), show.reason()))
                    .build();
        }
    }
}
