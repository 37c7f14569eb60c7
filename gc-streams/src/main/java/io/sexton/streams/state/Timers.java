package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Timeline;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Timer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The timers by time, and those whose time counts from the next tick. Not thread safe. */
public final class Timers {
    private static final int PAGE = 512;

    private final Timeline timers;
    private final KeySet awaitingTick;
    private final ScheduleBounds bounds;

    Timers(OrderedStore store, ScheduleBounds bounds) {
        timers = bounds.timers();
        awaitingTick = new KeySet(store, Tags.AWAITING_TICK);
        this.bounds = bounds;
    }

    public void add(Instant at, Timer timer) {
        timers.add(at, key(at, timer));
    }

    public void remove(Instant at, Timer timer) {
        timers.remove(key(at, timer));
    }

    /** Removes and visits every timer that is due at the clock, in order. The visitor may add later ones. */
    public void fire(Instant clock, Consumer<Timer> visitor) {
        List<byte[]> page = timers.due(clock, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                timers.remove(key);
                Key.Reader parts = new Key.Reader(key);
                parts.number();
                visitor.accept(Timer.read(parts));
            }
            page = timers.dueFrom(page.get(page.size() - 1), clock, PAGE);
        }
        if (timers.mayBeDue(clock)) {
            timers.raiseFloor(clock.plusMillis(1));
        }
    }

    /**
     * Registers a timer whose time counts from the next tick. The visitor ignores one whose subject has ended by then.
     */
    public void awaitTick(Timer timer, Fact fact) {
        awaitingTick.add(
                timer.appendTo(awaitingTick.key().number(fact.offset())).build());
    }

    /** Removes and visits every timer that waited for the tick. */
    public void takeAwaitingTick(Fact tick, Consumer<Timer> visitor) {
        byte[] from = firstAwaiting();
        byte[] end = awaitingTick.key().number(tick.offset()).build();
        List<byte[]> page = awaitingTick.page(from, end, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                awaitingTick.remove(key);
                Key.Reader parts = new Key.Reader(key);
                parts.number();
                visitor.accept(Timer.read(parts));
                from = Key.next(key);
            }
            bounds.change().setAwaitingFloor(tick.offset());
            page = page.size() < PAGE ? List.of() : awaitingTick.page(from, end, PAGE);
        }
    }

    /** Returns the lower bound of the awaiting timers: below it are tombstones only. */
    private byte[] firstAwaiting() {
        return awaitingTick.key().number(bounds.row().getAwaitingFloor()).build();
    }

    /** Returns the time of the earliest timer; {@link Instant#MIN}: one awaits a tick; empty: none. */
    Optional<Instant> earliest() {
        byte[] end = Key.after(awaitingTick.key().build());
        return awaitingTick.firstOf(firstAwaiting(), end) != null
                ? Optional.of(Instant.MIN)
                : Optional.ofNullable(timers.earliest());
    }

    private byte[] key(Instant at, Timer timer) {
        return timer.appendTo(timers.at(at)).build();
    }
}
