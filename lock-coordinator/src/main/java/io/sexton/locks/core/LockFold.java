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
 * The fold of one partition of {@code gc.lock-requests}: applies record after record to the state and says what follows
 * from it. The same class runs live and in replay, and nothing tells it which (I8): all that it knows comes from the log.
 *
 * <p>Work for a request depends on the claims of its region, which are bounded; for a tick, on the claims that began or
 * end (I9).
 *
 * <p>Not thread safe. If {@link #apply} throws, state and outputs of that record are incomplete: both must be thrown away
 * together, and the record applied anew (in Kafka Streams: abort the transaction).
 */
public final class LockFold {
    private final Placement placement;
    private final Consumer<Output> sink;
    private final StoredClock clock;
    private final LockState state;

    /**
     * @param store of that partition alone, as the last applied record left it
     * @param placement which keys may stand in that partition
     * @param sink takes the outputs, in order, while a record is applied
     */
    public LockFold(OrderedStore store, Placement placement, Consumer<Output> sink) {
        this.placement = placement;
        this.sink = sink;
        clock = new StoredClock(store, Key.of(LockState.CLOCK).build());
        state = new LockState(store);
    }

    /** Applies the record that follows the last one. A record that cannot be applied becomes a dead letter. */
    public void apply(LogRecord record) {
        switch (RequestReader.read(record, placement)) {
            case RequestReader.Result.OfRegion valid -> {
                Moment now = new Moment(record.offset(), clock.get().at(record.appendTime()));
                ask(valid.region(), valid.ask(), now);
            }
            case RequestReader.Result.Time time -> tick(time.tick(), record);
            case RequestReader.Result.Invalid invalid -> sink.accept(new Output.DeadLetter(record, invalid.reason()));
        }
        state.flush();
    }

    /**
     * When a tick would next have something to do, by the log's clock; empty: no tick is needed. {@link Instant#MIN} means
     * at once: a lease or a wait has begun, which is counted from the next tick.
     */
    public Optional<Instant> nextWork() {
        return state.nextWork();
    }

    /** Returns the log's clock after the last record. */
    public LogClock clock() {
        return clock.get();
    }

    private void ask(RegionId id, Ask ask, Moment now) {
        OpenRegion region = state.open(id, now);
        carryOut(LockDecider.decide(region.lock(), region::ending, ask, new FencingToken(now.offset())), region, now);
        region.close();
    }

    private void tick(Tick tick, LogRecord record) {
        LogClock.Step step = clock.get().tick(LogClock.Reading.of(record.appendTime(), tick));
        clock.set(step.clock());
        Instant time = step.clock().time();
        if (!step.agreed() || time == null) {
            sink.accept(new Output.ClockDisagreement(record, tick.getTicker()));
            return;
        }
        Moment now = new Moment(record.offset(), time);
        // First: what this very tick grants is counted from the one after it.
        state.takeAwaitingTick(now, region -> {
            region.countFromNow();
            region.close();
        });
        state.takeLooks(now, region -> {
            endWhatIsOver(region, now);
            region.close();
        });
        state.forget(now);
    }

    /** One by one, in the order of time: one lease's end may serve a waiter whose patience ends at the same tick. */
    private void endWhatIsOver(OpenRegion region, Moment now) {
        Optional<Decision> ending = LockDecider.nextEnding(region.lock(), now.time());
        while (ending.isPresent()) {
            carryOut(ending.get(), region, now);
            ending = LockDecider.nextEnding(region.lock(), now.time());
        }
    }

    /** Carries out a decision, and then serves every waiter that it lets through. */
    private void carryOut(Decision decision, OpenRegion region, Moment now) {
        Optional<Decision> next = Optional.of(decision);
        while (next.isPresent()) {
            region.apply(next.get());
            say(next.get(), region, now);
            LockDecider.requestsToYield(region.lock(), next.get()).forEach(yielding -> say(yielding, region, now));
            next = LockDecider.nextGrant(region.lock());
        }
    }

    private void say(Decision decision, OpenRegion region, Moment now) {
        sink.accept(new Output.Event(region.id(), LockEvents.of(region.id(), decision, now.time())));
    }
}
