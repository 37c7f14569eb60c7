package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.ScheduleRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What falls due when: files in the order of design section 7 (due time, region, path), timers, files parked under
 * their blockers, and what awaits the next tick before its time can be counted.
 *
 * <p>A lower bound of the earliest entry is kept for files and for timers, so that a look never walks over the
 * tombstones of what was there before (I9). Not thread safe.
 */
final class Schedule {
    private final KeySet due;
    private final KeySet timers;
    private final KeySet parked;
    private final KeySet awaitingTick;
    private final Table<ScheduleRow> bounds;
    private final byte[] boundsKey;
    private final ScheduleRow.Builder floors;
    private boolean floorsChanged;

    Schedule(OrderedStore store) {
        due = new KeySet(store, Tags.DUE);
        timers = new KeySet(store, Tags.TIMERS);
        parked = new KeySet(store, Tags.PARKED);
        awaitingTick = new KeySet(store, Tags.AWAITING_TICK);
        bounds = new Table<>(store, Tags.SCHEDULE_BOUNDS, ScheduleRow.parser());
        boundsKey = bounds.key().build();
        ScheduleRow stored = bounds.get(boundsKey);
        floors = stored == null ? ScheduleRow.newBuilder() : stored.toBuilder();
    }

    /** A file, or without a path its whole region, that is to be looked at. */
    record Entry(Instant due, RegionId region, @Nullable FilePath path) {}

    void add(Entry entry) {
        due.add(dueKey(entry));
        long at = entry.due.toEpochMilli();
        if (!floors.hasDueFloorMs() || at < floors.getDueFloorMs()) {
            floors.setDueFloorMs(at);
            floorsChanged = true;
        }
    }

    void remove(Entry entry) {
        due.remove(dueKey(entry));
    }

    /** The earliest entries that are due at the clock, in order, at most {@code limit}, from the one after {@code last}. */
    List<Entry> due(@Nullable Entry last, Instant clock, int limit) {
        if (!floors.hasDueFloorMs() || floors.getDueFloorMs() > clock.toEpochMilli()) {
            return List.of();
        }
        byte[] from = last == null ? at(due, floors.getDueFloorMs()) : Key.next(dueKey(last));
        List<Entry> entries = new ArrayList<>();
        for (byte[] key : due.page(from, at(due, clock.toEpochMilli() + 1), limit)) {
            entries.add(readDue(key));
        }
        return entries;
    }

    /** Whether the last tick reached its bound and left due files for the next one. */
    boolean workLeft() {
        return floors.getWorkLeft();
    }

    void setWorkLeft(boolean left) {
        floorsChanged |= left != floors.getWorkLeft();
        floors.setWorkLeft(left);
    }

    /** Nothing is left at or before this time: the next look begins above it. */
    void nothingDueUntil(Instant time) {
        raiseDueFloor(time.toEpochMilli() + 1);
    }

    /** Nothing is left before this time. */
    void nothingDueBefore(Instant time) {
        raiseDueFloor(time.toEpochMilli());
    }

    private void raiseDueFloor(long ms) {
        if (!floors.hasDueFloorMs() || floors.getDueFloorMs() < ms) {
            floors.setDueFloorMs(ms);
            floorsChanged = true;
        }
    }

    void park(Blocker blocker, Entry entry) {
        parked.add(parkedKey(blocker.key(), entry));
    }

    void unpark(byte[] blockerKey, Entry entry) {
        parked.remove(parkedKey(blockerKey, entry));
    }

    /** A file that is parked, and the key of its blocker. */
    @SuppressWarnings("ArrayRecordComponent") // a key on its way out of the store
    record Parked(byte[] blockerKey, Entry entry) {}

    /** Visits what is parked under the blocker, in the order of the due index. The visitor may unpark it. */
    void forEachParked(Blocker blocker, Consumer<Parked> visitor) {
        forEachParked(parked.key().bytes(blocker.key()).build(), visitor);
    }

    /** Visits all that is parked. The visitor may unpark it. */
    void forEachParked(Consumer<Parked> visitor) {
        forEachParked(parked.key().build(), visitor);
    }

    private void forEachParked(byte[] prefix, Consumer<Parked> visitor) {
        parked.forEach(prefix, key -> {
            Key.Reader parts = new Key.Reader(key);
            RegionId region = Blocker.skip(parts);
            byte[] blockerKey = Arrays.copyOfRange(key, 1, parts.position());
            Instant at = instant(parts.number());
            visitor.accept(new Parked(blockerKey, new Entry(at, region, FilePath.of(parts.tail()))));
        });
    }

    void add(Instant at, Timer timer) {
        timers.add(timerKey(at, timer));
        long ms = at.toEpochMilli();
        if (!floors.hasTimerFloorMs() || ms < floors.getTimerFloorMs()) {
            floors.setTimerFloorMs(ms);
            floorsChanged = true;
        }
    }

    void remove(Instant at, Timer timer) {
        timers.remove(timerKey(at, timer));
    }

    /** Takes every timer whose time the clock has reached, in order; the visitor may add later ones. */
    void fireTimers(Instant clock, Consumer<Timer> visitor) {
        long now = clock.toEpochMilli();
        if (!floors.hasTimerFloorMs() || floors.getTimerFloorMs() > now) {
            return;
        }
        byte[] end = at(timers, now + 1);
        List<byte[]> page = timers.page(at(timers, floors.getTimerFloorMs()), end, 512);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                timers.remove(key);
                Key.Reader parts = new Key.Reader(key);
                parts.number();
                visitor.accept(Timer.read(parts));
            }
            page = timers.page(page.get(page.size() - 1), end, 512);
        }
        floors.setTimerFloorMs(Math.max(floors.getTimerFloorMs(), now + 1));
        floorsChanged = true;
    }

    void awaitTick(Timer timer) {
        awaitingTick.add(timer.appendTo(awaitingTick.key()).build());
    }

    void noLongerAwaitsTick(Timer timer) {
        awaitingTick.remove(timer.appendTo(awaitingTick.key()).build());
    }

    /** Takes everything that waited for a tick. */
    void takeAwaitingTick(Consumer<Timer> visitor) {
        awaitingTick.forEach(awaitingTick.key().build(), key -> {
            awaitingTick.remove(key);
            visitor.accept(Timer.read(new Key.Reader(key)));
        });
    }

    /** When the next tick has something to do; empty where nothing is scheduled at all. {@link Instant#MIN}: at once. */
    Optional<Instant> nextWork() {
        if (workLeft() || awaitingTick.anyUnder(awaitingTick.key().build())) {
            return Optional.of(Instant.MIN);
        }
        Instant first = null;
        byte[] nextDue = floors.hasDueFloorMs() ? firstFrom(due, floors.getDueFloorMs()) : null;
        if (nextDue != null) {
            first = instant(new Key.Reader(nextDue).number());
        }
        byte[] nextTimer = floors.hasTimerFloorMs() ? firstFrom(timers, floors.getTimerFloorMs()) : null;
        if (nextTimer != null) {
            Instant timer = instant(new Key.Reader(nextTimer).number());
            first = first == null || timer.isBefore(first) ? timer : first;
        }
        return Optional.ofNullable(first);
    }

    void flush() {
        if (floorsChanged) {
            bounds.put(boundsKey, floors.build());
            floorsChanged = false;
        }
    }

    private static byte @Nullable [] firstFrom(KeySet set, long floorMs) {
        return set.firstOf(at(set, floorMs), Key.after(set.key().build()));
    }

    private static byte[] at(KeySet set, long ms) {
        return set.key().number(ordered(ms)).build();
    }

    private byte[] dueKey(Entry entry) {
        Key key = due.key().number(ordered(entry.due.toEpochMilli())).text(entry.region.value());
        return (entry.path == null ? key : key.tail(entry.path.value())).build();
    }

    private static Entry readDue(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        Instant at = instant(parts.number());
        RegionId region = RegionId.of(parts.text());
        String path = parts.tail();
        return new Entry(at, region, path.isEmpty() ? null : FilePath.of(path));
    }

    private byte[] parkedKey(byte[] blockerKey, Entry entry) {
        FilePath path = entry.path;
        if (path == null) {
            throw new IllegalArgumentException("only files are parked");
        }
        return parked.key()
                .bytes(blockerKey)
                .number(ordered(entry.due.toEpochMilli()))
                .tail(path.value())
                .build();
    }

    private byte[] timerKey(Instant at, Timer timer) {
        return timer.appendTo(timers.key().number(ordered(at.toEpochMilli()))).build();
    }

    /** Signed milliseconds in the order of unsigned bytes; its own inverse. */
    private static long ordered(long ms) {
        return ms ^ Long.MIN_VALUE;
    }

    private static Instant instant(long ordered) {
        return Instant.ofEpochMilli(ordered(ordered));
    }
}
