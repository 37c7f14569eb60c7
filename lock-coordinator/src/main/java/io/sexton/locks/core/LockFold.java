package io.sexton.locks.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.StoredClock;
import io.sexton.proto.RegionId;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fold of one partition of {@code gc.lock-requests}. Applies one record after another to the state and emits the
 * outputs. The same class runs live and in replay, with no flag that tells them apart (I8): all its input comes from
 * the log.
 *
 * <p>The work for a request depends on the claims of its region, which are bounded. The work for a tick depends on the
 * claims that began or that end (I9).
 *
 * <p>Not thread safe. If {@link #apply} throws, state and outputs of that record are incomplete. Both must be discarded
 * together, and the record must be applied again (in Kafka Streams: abort the transaction).
 */
public final class LockFold {
    private final Placement placement;
    private final Consumer<Output> sink;
    private final StoredClock clock;
    private final LockState state;

    /**
     * @param store state of that partition alone, as the last applied record left it
     * @param placement rule for the keys that are valid in that partition
     * @param sink receives the outputs, in order, while a record is applied
     */
    public LockFold(OrderedStore store, Placement placement, Consumer<Output> sink) {
        this.placement = placement;
        this.sink = sink;
        clock = new StoredClock(store, Key.of(LockState.CLOCK).build());
        state = new LockState(store);
    }

    /** Applies the next record of the log. A record that cannot be applied becomes a dead letter. */
    public void apply(LogRecord record) {
        switch (RequestReader.read(record, placement)) {
            case RequestReader.Result.OfRegion valid -> {
                LogPoint now = new LogPoint(record.offset(), clock.get().at(record.appendTime()));
                applyRequest(valid.region(), valid.request(), now);
            }
            case RequestReader.Result.OfPartition valid -> applyTick(valid.tick(), record);
            case RequestReader.Result.Invalid invalid -> sink.accept(new Output.DeadLetter(record, invalid.reason()));
        }
        state.flush();
    }

    /**
     * Returns the log time at which a tick next has work; empty if no tick is needed. {@link Instant#MIN} means at
     * once: a lease or a wait has begun, and it is counted from the next tick.
     */
    public Optional<Instant> nextWork() {
        return state.nextWork();
    }

    /** Returns the log's clock after the last record. */
    public LogClock clock() {
        return clock.get();
    }

    private void applyRequest(RegionId id, OwnerRequest request, LogPoint now) {
        OpenRegion region = state.open(id, now);
        applyAndGrantNext(
                LockDecider.decide(region.lock(), region::ending, request, new FencingToken(now.offset())),
                region,
                now);
        region.close();
    }

    private void applyTick(Tick tick, LogRecord record) {
        LogClock.Step step = clock.get().tick(LogClock.Reading.of(record.appendTime(), tick));
        clock.set(step.clock());
        Instant time = step.clock().time();
        if (!step.agreed() || time == null) {
            sink.accept(new Output.ClockDisagreement(record, tick.getTicker()));
            return;
        }
        LogPoint now = new LogPoint(record.offset(), time);
        // Before any grant: a lease that this tick grants is counted from the tick after it.
        state.takeAwaitingTick(now, region -> {
            region.countDeadlinesFromNow();
            region.close();
        });
        state.takePastDeadline(now, region -> {
            endClaimsPastDeadline(region, now);
            region.close();
        });
        state.deleteOldEndings(now);
    }

    /**
     * Ends claims one by one, in the order of their deadlines: the end of a lease may grant a waiter whose own deadline
     * passes at the same tick.
     */
    private void endClaimsPastDeadline(OpenRegion region, LogPoint now) {
        Optional<Decision> ending = LockDecider.nextEnding(region.lock(), now.time());
        while (ending.isPresent()) {
            applyAndGrantNext(ending.get(), region, now);
            ending = LockDecider.nextEnding(region.lock(), now.time());
        }
    }

    /** Applies and emits a decision, then grants every waiter that can be granted because of it. */
    private void applyAndGrantNext(Decision decision, OpenRegion region, LogPoint now) {
        Optional<Decision> next = Optional.of(decision);
        while (next.isPresent()) {
            region.apply(next.get());
            emit(next.get(), region, now);
            LockDecider.yieldRequests(region.lock(), next.get()).forEach(request -> emit(request, region, now));
            next = LockDecider.nextGrant(region.lock());
        }
    }

    private void emit(Decision decision, OpenRegion region, LogPoint now) {
        sink.accept(new Output.Event(region.id(), LockEvents.of(region.id(), decision, now.time())));
    }
}
