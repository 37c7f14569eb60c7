package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Decision;
import io.sexton.streams.decide.FileDecider;
import io.sexton.streams.decide.Guards;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Disposition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The applier of the decisions of one tick on due files. Not thread safe. */
final class DueDecisions {
    private static final String TOO_LARGE =
            "a command with this file alone is larger than a command may be: its store, root, path and etag are too long";

    private final State state;
    private final Outbox out;
    private final Condemning condemning;
    private final Wakes wakes;
    private final FileDecider decider;
    private final CommandBatch batch;
    private final Fact tick;

    /** Companions that keep a file because they are kept themselves. They must be parked under their own keeper. */
    private final List<Companion> keepers = new ArrayList<>();

    private boolean woke;

    private record Companion(Region region, FilePath path) {}

    DueDecisions(State state, Outbox out, Condemning condemning, Wakes wakes, CommandBatch batch, Fact tick) {
        this.state = state;
        this.out = out;
        this.condemning = condemning;
        this.wakes = wakes;
        this.batch = batch;
        this.tick = tick;
        decider = new FileDecider(state);
    }

    /** Decides on a due file, and applies the decision. */
    void decide(Region region, FilePath path, KnownFile file, Instant due) {
        state.files().ensureCounted(region);
        FileDecider.Case c = new FileDecider.Case(
                region,
                path,
                file,
                state.policies().of(region.id()),
                state.policies().generation(),
                tick);
        apply(decider.decide(c), c, region, due);
    }

    private void apply(Decision decision, FileDecider.Case c, Region region, Instant due) {
        switch (decision) {
            case Decision.Nothing nothing -> state.files().update(region, c.path(), c.file(), c.file(), null);
            case Decision.Postpone later -> postpone(c, region, later.due());
            case Decision.Blocked blocked -> park(c, region, due, blocked.blocker());
            case Decision.Latch latch -> {
                GuardCounts.latch(region, tick);
                park(c, region, due, new Blocker.AwaitsApproval(region.id()));
            }
            case Decision.Condemn condemn -> {
                if (!Guards.isExempt(condemn.reason())) {
                    GuardCounts.count(region, c.policy(), tick.time());
                }
                emit(
                        c,
                        region,
                        condemning.condemn(region, c.path(), c.file(), condemn.reason(), condemn.since(), tick));
            }
            case Decision.DryRun dryRun -> show(c, region, due, dryRun);
            case Decision.EmitAgain again -> emit(c, region, condemning.emitAgain(region, c.path(), c.file(), tick));
        }
    }

    private void postpone(FileDecider.Case c, Region region, @Nullable Instant due) {
        KnownFile next =
                c.file().with(new Examination(null, c.file().examination().dryRunGeneration()));
        if (due != null && next.state() instanceof Garbage garbage) {
            next = next.with(garbage.withLingerEnd(KnownFile.wholeMillis(due)));
        }
        state.files().update(region, c.path(), c.file(), next, due);
    }

    private void emit(FileDecider.Case c, Region region, KnownFile condemned) {
        CondemnedFile file = Condemning.describe(c.path(), condemned);
        if (!batch.add(region, c.policy().disposition(), file)) {
            condemning.makeStuck(region, c.path(), condemned);
            out.stuck(region.id(), c.path(), TOO_LARGE);
        }
    }

    private void show(FileDecider.Case c, Region region, Instant due, Decision.DryRun dryRun) {
        CondemnedFile file = Condemning.describeDryRun(region, c.path(), c.file(), dryRun.reason(), dryRun.since());
        if (!batch.add(region, Disposition.DRY_RUN, file)) {
            out.stuck(region.id(), c.path(), TOO_LARGE);
        }
        KnownFile shown = c.file().with(new Examination(c.candidateOffset(), c.policyGeneration()));
        state.files().park(region, c.path(), c.file(), shown, due, new Blocker.ByPolicy(region.id()));
    }

    private void park(FileDecider.Case c, Region region, Instant due, Blocker blocker) {
        if (!c.policy().companions().isEmpty() && c.kind() == StateKind.UNREFERENCED) {
            noteCompanions(c, region, blocker);
        }
        // Whatever blocks a candidate, later records can confirm it from now on.
        KnownFile candidate = c.file().is(StateKind.CONDEMNED)
                ? c.file()
                : c.file()
                        .with(new Examination(
                                c.candidateOffset(), c.file().examination().dryRunGeneration()));
        state.files().park(region, c.path(), c.file(), candidate, due, blocker);
    }

    private void noteCompanions(FileDecider.Case c, Region region, Blocker blocker) {
        switch (blocker) {
            case Blocker.ByCompanion by -> {
                KnownFile keeper = state.files().find(region.id(), by.companion());
                if (keeper != null && isParkedAsOrphan(keeper)) {
                    keepers.add(new Companion(region, by.companion()));
                }
            }
            case Blocker.ByPath by -> {}
            case Blocker.ByVersionPin by -> {}
            case Blocker.ByHold by -> {}
            case Blocker.RegionNotReady by -> wakeKept(c, region);
            case Blocker.AwaitsSnapshot by -> wakeKept(c, region);
            case Blocker.AwaitsInventory by -> wakeKept(c, region);
            case Blocker.AwaitsCompaction by -> wakeKept(c, region);
            case Blocker.AwaitsApproval by -> wakeKept(c, region);
            case Blocker.ByPolicy by -> wakeKept(c, region);
        }
    }

    /** Returns whether the file was parked before its own companion counted: else it would miss that one's end (I6). */
    private static boolean isParkedAsOrphan(KnownFile file) {
        if (!file.is(StateKind.UNREFERENCED)
                || file.examination().candidateOffset() == null
                || !file.entry().isParked()) {
            return false;
        }
        return switch (Blocker.kindOf(file.entry().blockerKey())) {
            case COMPANION, PATH, HOLD, VERSION_PIN -> false;
            case REGION, SNAPSHOT, INVENTORY, POLICY, COMPACTION, APPROVAL -> true;
        };
    }

    /**
     * Wakes the files that a file kept as their companion: it is a candidate now, and keeps them no longer. As if each
     * tick examined every due file, later ones in the order are examined in this tick, earlier ones in the next.
     */
    private void wakeKept(FileDecider.Case c, Region region) {
        Blocker kept = new Blocker.ByCompanion(region.id(), c.path());
        if (state.parked().isAnyUnder(kept)) {
            wakes.wake(region, kept);
            woke = true;
        }
    }

    /** Returns whether files have returned to the schedule since the last call. */
    boolean takeWoke() {
        boolean was = woke;
        woke = false;
        return was;
    }

    /** Wakes companions that were parked before their own companions counted, for the next tick. */
    void wakeCompanions() {
        keepers.forEach(keeper -> wakes.wakeFile(state.regions().get(keeper.region.id()), keeper.path));
    }
}
