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

/** The state of the lock fold of one partition, except for its clock. Not thread safe. */
final class LockState {
    /**
     * Time for which the ending of a request is kept. A later repeat counts as a new request. Several times the
     * delivery timeout of Kafka's producers (2 min).
     */
    static final Duration ENDING_RETENTION = Duration.ofMinutes(15);

    /** Maximum number of regions, and of endings, that one tick processes. The others wait for the next tick. */
    static final int MAX_ENTRIES_PER_TICK = 10_000;

    // Stored in keys: a tag is never reused for another table.
    static final int CLOCK = 1;
    private static final int REGIONS = 2;
    private static final int ENDINGS = 3;
    private static final int DEADLINES = 4;
    private static final int AWAITING_TICK = 5;
    private static final int ENDING_EXPIRIES = 6;
    private static final int FLOORS = 7;

    private final OrderedStore store;
    private final Agenda deadlines;
    private final Agenda awaitingTick;
    private final Agenda endingExpiries;

    LockState(OrderedStore store) {
        this.store = store;
        deadlines = new Agenda(store, DEADLINES, FLOORS);
        awaitingTick = new Agenda(store, AWAITING_TICK, FLOORS);
        endingExpiries = new Agenda(store, ENDING_EXPIRIES, FLOORS);
    }

    /** Opens a region for changes. It must be closed before the next one is opened. */
    OpenRegion open(RegionId id, LogPoint now) {
        byte[] stored = store.get(regionKey(id));
        return new OpenRegion(
                this,
                id,
                now,
                stored == null ? RegionRow.getDefaultInstance() : Rows.parse(RegionRow.parser(), stored));
    }

    /**
     * Stores a region and schedules the ticks that it needs.
     *
     * @param before the row when the region was opened
     */
    void store(RegionId id, RegionRow before, RegionLock lock, LogPoint now) {
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
        scheduleDeadline(before, lock, row, subject);
        if (lock.isFree()) {
            store.delete(regionKey(id));
        } else {
            store.put(regionKey(id), row.build().toByteArray());
        }
    }

    /**
     * Schedules the check of the next deadline. An entry that is too early remains, so that a renewal does not move it
     * each time; the check then finds nothing and schedules the next one.
     */
    private void scheduleDeadline(RegionRow before, RegionLock lock, RegionRow.Builder row, byte[] subject) {
        if (before.hasLookMs()) {
            Instant set = Instant.ofEpochMilli(before.getLookMs());
            boolean stays = !lock.isFree()
                    && lock.nextDeadline()
                            .map(deadline -> !deadline.isBefore(set))
                            .orElse(true);
            if (stays) {
                row.setLookMs(before.getLookMs());
                return;
            }
            deadlines.remove(number(set), subject);
        }
        lock.nextDeadline().ifPresent(deadline -> {
            row.setLookMs(deadline.toEpochMilli());
            deadlines.add(number(deadline), subject);
        });
    }

    /**
     * Removes the entries of regions with a claim that awaits this tick, and opens those regions in the order of the
     * log.
     */
    void takeAwaitingTick(LogPoint tick, Consumer<OpenRegion> visitor) {
        awaitingTick.take(tick.offset(), Integer.MAX_VALUE, subject -> {
            OpenRegion region = open(regionOf(subject), tick);
            region.awaitingEntryRemoved();
            visitor.accept(region);
        });
    }

    /**
     * Removes the entries of regions with a deadline that may have passed, and opens those regions in the order of
     * time.
     */
    void takePastDeadline(LogPoint tick, Consumer<OpenRegion> visitor) {
        deadlines.take(number(tick.time()), MAX_ENTRIES_PER_TICK, subject -> {
            OpenRegion region = open(regionOf(subject), tick);
            region.deadlineEntryRemoved();
            visitor.accept(region);
        });
    }

    Optional<Ending> ending(RegionId region, Requester requester) {
        byte[] stored = store.get(endingKey(region, requester));
        return stored == null ? Optional.empty() : Optional.of(Rows.read(Rows.parse(EndingRow.parser(), stored)));
    }

    void storeEnding(RegionId region, Requester requester, Ending ending, LogPoint now) {
        byte[] key = endingKey(region, requester);
        store.put(key, Rows.write(ending).toByteArray());
        endingExpiries.add(number(wholeMinute(now.time().plus(ENDING_RETENTION))), key);
    }

    /** Rounds up to a minute, so that an idle partition needs at most one tick a minute to delete old endings. */
    private static Instant wholeMinute(Instant time) {
        long minute = Duration.ofMinutes(1).toMillis();
        return Instant.ofEpochMilli(Math.ceilDiv(time.toEpochMilli(), minute) * minute);
    }

    void deleteOldEndings(LogPoint tick) {
        endingExpiries.take(number(tick.time()), MAX_ENTRIES_PER_TICK, store::delete);
    }

    /** Returns the log time at which a tick next has work; {@link Instant#MIN} means at once. */
    Optional<Instant> nextWork() {
        if (awaitingTick.first().isPresent()) {
            return Optional.of(Instant.MIN);
        }
        return LongStream.concat(deadlines.first().stream(), endingExpiries.first().stream())
                .mapToObj(LockState::time)
                .min(Comparator.naturalOrder());
    }

    /** Writes what was buffered while a record was applied. Must be called after each record. */
    void flush() {
        deadlines.flush();
        awaitingTick.flush();
        endingExpiries.flush();
    }

    private static RegionId regionOf(byte[] key) {
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

    /** Returns signed milliseconds as an unsigned number with the same order. */
    private static long number(Instant time) {
        return time.toEpochMilli() ^ Long.MIN_VALUE;
    }

    private static Instant time(long number) {
        return Instant.ofEpochMilli(number ^ Long.MIN_VALUE);
    }
}
