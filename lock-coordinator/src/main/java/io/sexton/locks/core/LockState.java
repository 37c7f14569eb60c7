package io.sexton.locks.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.locks.core.row.EndingRow;
import io.sexton.locks.core.row.RegionRow;
import io.sexton.proto.RegionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Everything that the lock fold of one partition remembers, but for the clock. Not thread safe. */
final class LockState {
    /**
     * For how long it is remembered how a request ended; a repeat that comes later is a new request. Some times as long
     * as Kafka's producers try to deliver a record (2 min).
     */
    static final Duration REMEMBERED = Duration.ofMinutes(15);

    /** Most regions, and most endings, that one tick looks at. The rest waits for the next tick. */
    static final int MAX_LOOKS = 10_000;

    // Stored: a tag is never given to another table.
    static final int CLOCK = 1;
    private static final int REGIONS = 2;
    private static final int ENDINGS = 3;
    private static final int LOOKS = 4;
    private static final int AWAITING_TICK = 5;
    private static final int FORGETTING = 6;
    private static final int FLOORS = 7;

    private final OrderedStore store;
    private final Agenda looks;
    private final Agenda awaitingTick;
    private final Agenda forgetting;

    LockState(OrderedStore store) {
        this.store = store;
        looks = new Agenda(store, LOOKS, FLOORS);
        awaitingTick = new Agenda(store, AWAITING_TICK, FLOORS);
        forgetting = new Agenda(store, FORGETTING, FLOORS);
    }

    /** Opens a region to change it. It must be closed before the next one is opened. */
    OpenRegion open(RegionId id, Moment now) {
        byte[] stored = store.get(regionKey(id));
        return new OpenRegion(
                this,
                id,
                now,
                stored == null ? RegionRow.getDefaultInstance() : Rows.parse(RegionRow.parser(), stored));
    }

    /**
     * Stores a region, and sees to it that ticks look at it in time.
     *
     * @param before the row as it was opened
     */
    void store(RegionId id, RegionRow before, RegionLock lock, Moment now) {
        RegionRow.Builder row = Rows.write(lock);
        byte[] subject = id.toKey();
        if (before.hasAwaitingOffset()) {
            if (lock.awaitsTick()) {
                row.setAwaitingOffset(before.getAwaitingOffset());
            } else {
                awaitingTick.remove(before.getAwaitingOffset(), subject);
            }
        } else if (lock.awaitsTick()) {
            row.setAwaitingOffset(now.offset());
            awaitingTick.add(now.offset(), subject);
        }
        keepLook(before, lock, row, subject);
        if (lock.isFree()) {
            store.delete(regionKey(id));
        } else {
            store.put(regionKey(id), row.build().toByteArray());
        }
    }

    /** A look that is too early finds nothing and is set anew; so a lease that is renewed does not move it each time. */
    private void keepLook(RegionRow before, RegionLock lock, RegionRow.Builder row, byte[] subject) {
        if (before.hasLookMs()) {
            Instant set = Instant.ofEpochMilli(before.getLookMs());
            boolean stays = !lock.isFree()
                    && lock.nextOver().map(over -> !over.isBefore(set)).orElse(true);
            if (stays) {
                row.setLookMs(before.getLookMs());
                return;
            }
            looks.remove(number(set), subject);
        }
        lock.nextOver().ifPresent(over -> {
            row.setLookMs(over.toEpochMilli());
            looks.add(number(over), subject);
        });
    }

    /** Takes the regions with something that is counted from the first tick after it began, in the order of the log. */
    void takeAwaitingTick(Moment tick, Consumer<OpenRegion> visitor) {
        awaitingTick.take(tick.offset(), Integer.MAX_VALUE, subject -> {
            OpenRegion region = open(stored(subject), tick);
            region.noLongerAwaitsTick();
            visitor.accept(region);
        });
    }

    /** Takes the regions where something may be over, in the order of time. */
    void takeLooks(Moment tick, Consumer<OpenRegion> visitor) {
        looks.take(number(tick.time()), MAX_LOOKS, subject -> {
            OpenRegion region = open(stored(subject), tick);
            region.noLongerLookedAt();
            visitor.accept(region);
        });
    }

    Optional<Ending> ending(RegionId region, Requester requester) {
        byte[] stored = store.get(endingKey(region, requester));
        return stored == null ? Optional.empty() : Optional.of(Rows.read(Rows.parse(EndingRow.parser(), stored)));
    }

    void remember(RegionId region, Requester requester, Ending ending, Moment now) {
        byte[] key = endingKey(region, requester);
        store.put(key, Rows.write(ending).toByteArray());
        forgetting.add(number(wholeMinute(now.time().plus(REMEMBERED))), key);
    }

    /** So that a partition that is idle otherwise needs at most one tick a minute to forget. */
    private static Instant wholeMinute(Instant time) {
        long minute = Duration.ofMinutes(1).toMillis();
        return Instant.ofEpochMilli(Math.ceilDiv(time.toEpochMilli(), minute) * minute);
    }

    void forget(Moment tick) {
        forgetting.take(number(tick.time()), MAX_LOOKS, store::delete);
    }

    /** When a tick would next have something to do; {@link Instant#MIN}: at once. */
    Optional<Instant> nextWork() {
        if (awaitingTick.first().isPresent()) {
            return Optional.of(Instant.MIN);
        }
        return LongStream.concat(looks.first().stream(), forgetting.first().stream())
                .mapToObj(LockState::time)
                .min(Comparator.naturalOrder());
    }

    /** Writes what is held back while a record is applied. Must be called after each record. */
    void flush() {
        looks.flush();
        awaitingTick.flush();
        forgetting.flush();
    }

    private static RegionId stored(byte[] key) {
        return new RegionId(new String(key, StandardCharsets.UTF_8));
    }

    private static byte[] regionKey(RegionId id) {
        return Key.of(REGIONS).tail(id.value()).build();
    }

    private static byte[] endingKey(RegionId region, Requester requester) {
        return Key.of(ENDINGS)
                .text(region.value())
                .text(requester.owner())
                .tail(requester.requestId())
                .build();
    }

    /** Signed milliseconds in the order of unsigned numbers. */
    private static long number(Instant time) {
        return time.toEpochMilli() ^ Long.MIN_VALUE;
    }

    private static Instant time(long number) {
        return Instant.ofEpochMilli(number ^ Long.MIN_VALUE);
    }
}
