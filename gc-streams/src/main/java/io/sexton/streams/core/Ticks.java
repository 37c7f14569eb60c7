package io.sexton.streams.core;

import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.LogRecord;
import io.sexton.streams.core.row.Guard;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;

/**
 * A tick moves the clock, ends what has had its time, and has the files that are due looked at (design, section 7). Not
 * thread safe.
 */
final class Ticks {
    private static final Duration NOTIFIED_AGAIN = Duration.ofHours(1);

    private final State state;
    private final Outbox out;
    private final ReaderFacts readers;
    private final CompactionFacts compactions;
    private final RegionFacts regions;
    private final OperatorFacts operators;
    private final Completeness completeness;
    private final Latches latches;
    private final Backlog backlog;
    private final DueFiles dueFiles;
    private boolean lastOneDisagreed;

    Ticks(
            State state,
            Outbox out,
            ReaderFacts readers,
            CompactionFacts compactions,
            RegionFacts regions,
            OperatorFacts operators,
            Completeness completeness,
            Latches latches,
            Backlog backlog,
            DueFiles dueFiles) {
        this.state = state;
        this.out = out;
        this.readers = readers;
        this.compactions = compactions;
        this.regions = regions;
        this.operators = operators;
        this.completeness = completeness;
        this.latches = latches;
        this.backlog = backlog;
        this.dueFiles = dueFiles;
    }

    /** Not part of the state: it only keeps work that is left over from asking for one tick after the other. */
    boolean lastOneDisagreed() {
        return lastOneDisagreed;
    }

    void tick(Tick tick, LogRecord record) {
        LogClock.Step step = state.clock().tick(LogClock.Reading.of(record.appendTime(), tick));
        state.setClock(step.clock());
        Instant clock = step.clock().time();
        lastOneDisagreed = !step.agreed();
        if (lastOneDisagreed || clock == null) {
            out.say(new Output.ClockDisagreement(record, tick.getTicker()));
            return;
        }
        Fact fact = new Fact(record.offset(), clock);
        state.schedule.takeAwaitingTick(fact, timer -> countFrom(timer, clock));
        state.schedule.fireTimers(clock, timer -> fire(timer, fact));
        readers.settleDead(fact);
        backlog.goOn(clock);
        DueFiles.Pass pass = dueFiles.lookAt(fact);
        for (Region region : state.regions.touched()) {
            if (!pass.isHeld(region)) {
                completeness.settle(region, clock, !pass.leavesWork());
                askForApproval(region, clock);
            }
        }
        pass.wakeCompanions();
    }

    private void countFrom(Timer timer, Instant clock) {
        switch (timer) {
            case Timer.ReaderExpiry t -> readers.countFrom(state.regions.get(t.region()), t.readerId(), clock);
            case Timer.CompactionExpiry t ->
                compactions.countFrom(state.regions.get(t.region()), t.compactionId(), clock);
            case Timer.DropDue t -> throw neverWaits(t);
            case Timer.ForgetApproval t -> throw neverWaits(t);
            case Timer.AskForSnapshotAgain t -> throw neverWaits(t);
            case Timer.AskForApprovalAgain t -> throw neverWaits(t);
            case Timer.ScanAgain t -> throw neverWaits(t);
            case Timer.HoldExpiry t -> operators.countFrom(state.regions.get(t.region()), t.holdId(), clock);
        }
    }

    private static IllegalStateException neverWaits(Timer timer) {
        return new IllegalStateException(timer + " does not wait for a tick to be counted");
    }

    private void fire(Timer timer, Fact tick) {
        switch (timer) {
            case Timer.ReaderExpiry t -> readers.expire(state.regions.get(t.region()), t.readerId(), tick);
            case Timer.CompactionExpiry t -> compactions.expire(state.regions.get(t.region()), t.compactionId(), tick);
            case Timer.DropDue t -> regions.dropDue(state.regions.get(t.region()), tick);
            case Timer.ForgetApproval t -> operators.forgetApproval(t.region(), t.approvalId());
            case Timer.AskForSnapshotAgain t -> completeness.askAgain(state.regions.get(t.region()), tick.time());
            case Timer.AskForApprovalAgain t ->
                state.regions.get(t.region()).row().getGuardBuilder().clearNotifiedMs();
            case Timer.ScanAgain t -> completeness.scanAgain(state.regions.get(t.region()), tick.time());
            case Timer.HoldExpiry t -> operators.expire(state.regions.get(t.region()), t.holdId(), tick);
        }
    }

    /** At once when files begin to wait, then hourly. */
    private void askForApproval(Region region, Instant clock) {
        Guard guard = region.row().getGuard();
        if (!Guards.isLatched(region.view()) || guard.hasNotifiedMs() || guard.getWaiting() == 0) {
            return;
        }
        region.row().getGuardBuilder().setNotifiedMs(clock.toEpochMilli());
        state.schedule.add(clock.plus(NOTIFIED_AGAIN), new Timer.AskForApprovalAgain(region.id()));
        latches.notifyOperators(
                region,
                region.row().hasSnapshotLatch()
                        ? "files are due that a snapshot took away, which is not obeyed without an operator"
                        : "more files are due than are condemned in an hour without an operator");
    }
}
