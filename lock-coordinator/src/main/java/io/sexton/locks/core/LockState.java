package io.sexton.locks.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Timeline;
import io.sexton.locks.core.row.EndingRow;
import io.sexton.locks.core.row.FloorRow;
import io.sexton.locks.core.row.RegionRow;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    private final Table<RegionRow> regions;
    private final Table<EndingRow> endings;
    private final Table<FloorRow> floors;
    private final Timeline deadlines;
    private final KeySet awaitingTick;
    private final Timeline endingExpiries;
    private long awaitingFloor;

    LockState(OrderedStore store) {
        regions = new Table<>(store, REGIONS, RegionRow.parser());
        endings = new Table<>(store, ENDINGS, EndingRow.parser());
        floors = new Table<>(store, FLOORS, FloorRow.parser());
        deadlines = new Timeline(store, DEADLINES, Timeline.ordered(floor(DEADLINES)));
        awaitingTick = new KeySet(store, AWAITING_TICK);
        endingExpiries = new Timeline(store, ENDING_EXPIRIES, Timeline.ordered(floor(ENDING_EXPIRIES)));
        awaitingFloor = floor(AWAITING_TICK);
    }

    /** Opens a region for changes. It must be closed before the next one is opened. */
    OpenRegion open(RegionId id, LogPoint now) {
        RegionRow stored = regions.get(regionKey(id));
        return new OpenRegion(this, id, now, stored == null ? RegionRow.getDefaultInstance() : stored);
    }

    /**
     * Stores a region and schedules the ticks that it needs.
     *
     * @param before the row when the region was opened
     */
    void store(RegionId id, RegionRow before, RegionLock lock, LogPoint now) {
        RegionRow.Builder row = Rows.write(lock);
        if (before.hasAwaitingOffset()) {
            if (lock.awaitsTick()) {
                row.setAwaitingOffset(before.getAwaitingOffset());
            } else {
                awaitingTick.deleteExisting(awaitingKey(before.getAwaitingOffset(), id));
            }
        } else if (lock.awaitsTick()) {
            row.setAwaitingOffset(now.offset());
            awaitingTick.insert(awaitingKey(now.offset(), id));
            if (now.offset() < awaitingFloor) { // granted by the tick that raised the floor
                setAwaitingFloor(now.offset());
            }
        }
        scheduleDeadline(before, lock, row, id);
        boolean wasFree = before.getClaimsCount() == 0;
        if (!lock.isFree() && wasFree) {
            regions.insert(regionKey(id), row.build());
        } else if (!lock.isFree()) {
            regions.update(regionKey(id), row.build());
        } else if (!wasFree) {
            regions.deleteExisting(regionKey(id));
        }
    }

    /**
     * Schedules the check of the next deadline. An entry that is too early remains, so that a renewal does not move it
     * each time; the check then finds nothing and schedules the next one.
     */
    private void scheduleDeadline(RegionRow before, RegionLock lock, RegionRow.Builder row, RegionId id) {
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
            deadlines.remove(deadlineKey(set, id));
        }
        lock.nextDeadline().ifPresent(deadline -> {
            row.setLookMs(deadline.toEpochMilli());
            deadlines.add(deadline, deadlineKey(deadline, id));
        });
    }

    /**
     * Removes the entries of regions with a claim that awaits this tick, and opens those regions in the order of the
     * log.
     */
    void takeAwaitingTick(LogPoint tick, Consumer<OpenRegion> visitor) {
        byte[] end = awaitingTick.key().number(tick.offset() + 1).build();
        byte[] left = awaitingTick.take(firstAwaiting(), end, Integer.MAX_VALUE, key -> {
            OpenRegion region = open(regionOf(key), tick);
            region.awaitingEntryRemoved();
            visitor.accept(region);
        });
        if (left != null) {
            setAwaitingFloor(tick.offset() + 1);
        }
    }

    /**
     * Removes the entries of regions with a deadline that may have passed, and opens those regions in the order of
     * time.
     */
    void takePastDeadline(LogPoint tick, Consumer<OpenRegion> visitor) {
        deadlines.take(tick.time(), MAX_ENTRIES_PER_TICK, key -> {
            OpenRegion region = open(regionOf(key), tick);
            region.deadlineEntryRemoved();
            visitor.accept(region);
        });
    }

    Optional<Ending> ending(RegionId region, Requester requester) {
        return Optional.ofNullable(endings.get(endingKey(region, requester))).map(Rows::read);
    }

    void storeEnding(RegionId region, Requester requester, Ending ending, LogPoint now) {
        byte[] key = endingKey(region, requester);
        endings.insert(key, Rows.write(ending));
        Instant expiry = wholeMinute(now.time().plus(ENDING_RETENTION));
        endingExpiries.add(expiry, endingExpiries.at(expiry).bytes(key).build());
    }

    /** Rounds up to a minute, so that an idle partition needs at most one tick a minute to delete old endings. */
    private static Instant wholeMinute(Instant time) {
        long minute = Duration.ofMinutes(1).toMillis();
        return Instant.ofEpochMilli(Math.ceilDiv(time.toEpochMilli(), minute) * minute);
    }

    void deleteOldEndings(LogPoint tick) {
        endingExpiries.take(tick.time(), MAX_ENTRIES_PER_TICK, key -> endings.deleteExisting(subjectOf(key)));
    }

    /** Returns the log time at which a tick next has work; {@link Instant#MIN} means at once. */
    Optional<Instant> nextWork() {
        byte[] end = Key.after(awaitingTick.key().build());
        if (awaitingTick.firstOf(firstAwaiting(), end) != null) {
            return Optional.of(Instant.MIN);
        }
        return Stream.of(deadlines, endingExpiries)
                .flatMap(line -> Stream.ofNullable(line.earliest()))
                .min(Comparator.naturalOrder());
    }

    /** Stores the changed floors. Must be called after each record. */
    void flush() {
        storeFloor(DEADLINES, deadlines);
        storeFloor(ENDING_EXPIRIES, endingExpiries);
    }

    private void setAwaitingFloor(long offset) {
        awaitingFloor = offset;
        storeFloor(AWAITING_TICK, offset);
    }

    private void storeFloor(int tag, Timeline line) {
        Long floorMs = line.floorMs();
        if (line.takeFloorChanged() && floorMs != null) {
            storeFloor(tag, Timeline.ordered(floorMs));
        }
    }

    private void storeFloor(int tag, long floor) {
        floors.put(floorKey(tag), FloorRow.newBuilder().setAt(floor).build());
    }

    /** Returns the stored lower bound of an index; 0, the lowest, if none is stored. */
    private long floor(int tag) {
        FloorRow stored = floors.get(floorKey(tag));
        return stored == null ? 0 : stored.getAt();
    }

    private byte[] floorKey(int tag) {
        return floors.key().raw((byte) tag).build();
    }

    private byte[] regionKey(RegionId id) {
        return regions.key().tail(id.value()).build();
    }

    private byte[] deadlineKey(Instant time, RegionId id) {
        return deadlines.at(time).tail(id.value()).build();
    }

    private byte[] awaitingKey(long offset, RegionId id) {
        return awaitingTick.key().number(offset).tail(id.value()).build();
    }

    private byte[] firstAwaiting() {
        return awaitingTick.key().number(awaitingFloor).build();
    }

    /** Returns the region of an entry: its number is followed by the region. */
    private static RegionId regionOf(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        parts.number();
        return new RegionId(parts.tail());
    }

    /** Returns the key that follows the number of an entry. */
    private static byte[] subjectOf(byte[] key) {
        return Arrays.copyOfRange(key, 1 + Long.BYTES, key.length);
    }

    private byte[] endingKey(RegionId region, Requester requester) {
        return endings.key()
                .text(region.value())
                .text(requester.owner())
                .tail(requester.requestId())
                .build();
    }
}
