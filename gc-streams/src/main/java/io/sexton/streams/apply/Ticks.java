package io.sexton.streams.apply;

import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Output;
import io.sexton.streams.decide.Guards;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.Guard;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;

/**
 * The applier of ticks: moves the clock, fires timers, resumes unfinished work, and has due files examined (design,
 * section 7). Not thread safe.
 */
final class Ticks {
    private static final Duration REPEAT_INTERVAL = Duration.ofHours(1);

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
    private boolean lastTickDisagreed;

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

    /**
     * Returns whether the clocks of the last tick disagreed. Not part of the state: it only stops requests for ticks.
     */
    boolean lastTickDisagreed() {
        return lastTickDisagreed;
    }

    void tick(Tick tick, LogRecord record) {
        LogClock.Step step = state.clock().tick(LogClock.Reading.of(record.appendTime(), tick));
        state.setClock(step.clock());
        Instant clock = step.clock().time();
        lastTickDisagreed = !step.agreed();
        if (lastTickDisagreed || clock == null) {
            out.emit(new Output.ClockDisagreement(record, tick.getTicker()));
            return;
        }
        Fact fact = new Fact(record.offset(), clock);
        state.timers().takeAwaitingTick(fact, timer -> countFrom(timer, clock));
        state.timers().fire(clock, timer -> fire(timer, fact));
        readers.applyExpiries(fact);
        backlog.resume(clock);
        DueFiles.Pass pass = dueFiles.examine(fact);
        for (Region region : state.regions().touched()) {
            if (!pass.isDeferred(region)) {
                completeness.updateRequests(region, clock, !pass.hasWorkLeft());
                requestApproval(region, clock);
            }
        }
        pass.wakeCompanions();
    }

    private void countFrom(Timer timer, Instant clock) {
        switch (timer) {
            case Timer.ReaderExpiry t -> readers.countFrom(state.regions().get(t.region()), t.readerId(), clock);
            case Timer.CompactionExpiry t ->
                compactions.countFrom(state.regions().get(t.region()), t.compactionId(), clock);
            case Timer.DropDue t -> throw neverAwaitsTick(t);
            case Timer.ForgetApproval t -> throw neverAwaitsTick(t);
            case Timer.RepeatSnapshotRequest t -> throw neverAwaitsTick(t);
            case Timer.RepeatApprovalRequest t -> throw neverAwaitsTick(t);
            case Timer.RepeatScan t -> throw neverAwaitsTick(t);
            case Timer.HoldExpiry t -> operators.countFrom(state.regions().get(t.region()), t.holdId(), clock);
        }
    }

    private static IllegalStateException neverAwaitsTick(Timer timer) {
        return new IllegalStateException(timer + " does not wait for a tick to be counted");
    }

    private void fire(Timer timer, Fact tick) {
        switch (timer) {
            case Timer.ReaderExpiry t -> readers.expire(state.regions().get(t.region()), t.readerId(), tick);
            case Timer.CompactionExpiry t ->
                compactions.expire(state.regions().get(t.region()), t.compactionId(), tick);
            case Timer.DropDue t -> regions.dropDue(state.regions().get(t.region()), tick);
            case Timer.ForgetApproval t -> operators.forgetApproval(t.region(), t.approvalId());
            case Timer.RepeatSnapshotRequest t ->
                completeness.repeatSnapshotRequest(state.regions().get(t.region()), tick.time());
            case Timer.RepeatApprovalRequest t ->
                state.regions().get(t.region()).row().getGuardBuilder().clearNotifiedMs();
            case Timer.RepeatScan t -> completeness.repeatScan(state.regions().get(t.region()), tick.time());
            case Timer.HoldExpiry t -> operators.expire(state.regions().get(t.region()), t.holdId(), tick);
        }
    }

    /** Requests an approval when files begin to wait, then hourly. */
    private void requestApproval(Region region, Instant clock) {
        Guard guard = region.row().getGuard();
        if (!Guards.isLatched(region) || guard.hasNotifiedMs() || guard.getWaiting() == 0) {
            return;
        }
        region.row().getGuardBuilder().setNotifiedMs(clock.toEpochMilli());
        state.timers().add(clock.plus(REPEAT_INTERVAL), new Timer.RepeatApprovalRequest(region.id()));
        latches.notifyOperators(
                region,
                region.row().hasSnapshotLatch()
                        ? "files are due that a snapshot took away, which is not obeyed without an operator"
                        : "more files are due than are condemned in an hour without an operator");
    }
}
