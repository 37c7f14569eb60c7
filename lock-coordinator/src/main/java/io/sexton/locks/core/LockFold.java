package io.sexton.locks.core;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.FoldDefinition.Endpoint;
import io.sexton.fold.core.FoldDefinition.Store;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.StoredClock;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fold of one partition of {@code gc.lock-requests}. The work for a request depends on the claims of its region, which
 * are bounded. The work for a tick depends on the claims that began or that end (I9).
 *
 * <pre>
 *  gc.lock-requests ── requests ── fold ──┬── lock-events ── gc.lock-events
 *                                   │     └── dead-letters ─ gc.dead-letters
 *                            locks, position
 * </pre>
 */
public final class LockFold implements Fold {
    public static final FoldDefinition<LockFold> DEFINITION = new FoldDefinition<>(
            new Endpoint("requests", Topics.LOCK_REQUESTS),
            List.of(new Store("locks", false)),
            List.of(new Endpoint("lock-events", Topics.LOCK_EVENTS)),
            tick -> LockRequest.newBuilder().setTick(tick).build(),
            "leases end",
            (partition, stores, placement, sink) -> new LockFold(stores.apply("locks"), placement, sink));

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

    @Override
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

    /** {@link Instant#MIN} means that a lease or a wait has begun. It is counted from the next tick. */
    @Override
    public Optional<Instant> nextWork() {
        return state.nextWork();
    }

    @Override
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
        sink.accept(
                new Output.Emitted(Topics.LOCK_EVENTS, region.id(), LockEvents.of(region.id(), decision, now.time())));
    }
}
