package io.sexton.streams.core;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.ScheduleRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What falls due when: files in the order of design section 7 (due time, region, path), timers, files parked under
 * their blockers, files to forget, what awaits the next tick before its time can be counted, and the regions that have
 * work left over.
 *
 * <p>A lower bound of the earliest entry is kept for files, timers and what is to be forgotten, so that a look never walks
 * over the tombstones of what was there before (I9). Not thread safe.
 */
final class Schedule {
    private static final int PAGE = 512;

    private final KeySet due;
    private final KeySet timers;
    private final KeySet parked;
    private final KeySet awaitingTick;
    private final KeySet forget;
    private final KeySet unfinished;
    private final Table<ScheduleRow> bounds;
    private final byte[] boundsKey;
    private final ScheduleRow.Builder floors;
    private boolean floorsChanged;

    Schedule(OrderedStore store) {
        due = new KeySet(store, Tags.DUE);
        timers = new KeySet(store, Tags.TIMERS);
        parked = new KeySet(store, Tags.PARKED);
        awaitingTick = new KeySet(store, Tags.AWAITING_TICK);
        forget = new KeySet(store, Tags.FORGET);
        unfinished = new KeySet(store, Tags.UNFINISHED);
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
        return dueFrom(last == null ? at(due, floors.getDueFloorMs()) : Key.next(dueKey(last)), clock, limit);
    }

    /** As {@link #due}, from the first entry that is of a later time than this one, or of another region. */
    List<Entry> dueBehindRegion(Entry entry, Instant clock, int limit) {
        byte[] region = due.key()
                .number(ordered(entry.due.toEpochMilli()))
                .text(entry.region.value())
                .build();
        return dueFrom(Key.after(region), clock, limit);
    }

    private List<Entry> dueFrom(byte[] from, Instant clock, int limit) {
        List<Entry> entries = new ArrayList<>();
        for (byte[] key : due.page(from, at(due, clock.toEpochMilli() + 1), limit)) {
            entries.add(readDue(key));
        }
        return entries;
    }

    /** Whether a bound was reached, and something is left for the next tick. */
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

    /** The range of all that is parked under blockers whose keys begin so; none: all that is parked. */
    Range parkedUnder(byte... blockerKeyPrefix) {
        byte[] from = parked.key().bytes(blockerKeyPrefix).build();
        return new Range(from, Key.after(from));
    }

    /** A stretch of parked keys: from, and up to but not at. */
    @SuppressWarnings("ArrayRecordComponent") // keys on their way into the store
    record Range(byte[] from, byte[] to) {
        Range behind(Parked last) {
            return new Range(Key.next(last.key), to);
        }

        Range startingAt(byte[] key) {
            return new Range(key, to);
        }
    }

    /** A file that is parked, its own key, and the key of its blocker. */
    @SuppressWarnings("ArrayRecordComponent") // keys on their way out of the store
    record Parked(byte[] key, byte[] blockerKey, Entry entry) {}

    /** What is parked in the range: under one blocker, in the order of the due index. */
    List<Parked> parked(Range range, int limit) {
        return parked.page(range.from, range.to, limit).stream()
                .map(Schedule::readParked)
                .toList();
    }

    private static Parked readParked(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        RegionId region = Blocker.skip(parts);
        byte[] blockerKey = Arrays.copyOfRange(key, 1, parts.position());
        Instant at = instant(parts.number());
        return new Parked(key, blockerKey, new Entry(at, region, FilePath.of(parts.tail())));
    }

    /** Remembers that not all of the region's work could be done with the fact that began it. */
    void leaveUnfinished(RegionId region) {
        unfinished.add(unfinishedKey(region));
        setWorkLeft(true);
    }

    void finished(RegionId region) {
        unfinished.remove(unfinishedKey(region));
    }

    /** A region with work left over; {@code null}: none has. */
    @Nullable
    RegionId firstUnfinished() {
        byte[] prefix = unfinished.key().build();
        byte[] first = unfinished.firstOf(prefix, Key.after(prefix));
        return first == null ? null : RegionId.of(new Key.Reader(first).text());
    }

    private byte[] unfinishedKey(RegionId region) {
        return unfinished.key().text(region.value()).build();
    }

    /** From where on a change of policies is still to wake what is parked; {@code null}: it is not. */
    byte @Nullable [] wakeAllNext() {
        return floors.getWakeAllNext().isEmpty()
                ? null
                : floors.getWakeAllNext().toByteArray();
    }

    void setWakeAllNext(byte @Nullable [] next) {
        floors.setWakeAllNext(next == null ? ByteString.EMPTY : ByteString.copyFrom(next));
        floorsChanged = true;
        if (next != null) {
            setWorkLeft(true);
        }
    }

    /** A file that is GONE is to be forgotten then. */
    void forgetAt(Instant at, RegionId region, FilePath path) {
        forget.add(inOrder(forget.key(), new Entry(at, region, path)));
        long ms = at.toEpochMilli();
        if (!floors.hasForgetFloorMs() || ms < floors.getForgetFloorMs()) {
            floors.setForgetFloorMs(ms);
            floorsChanged = true;
        }
    }

    /** Takes the files that are to be forgotten at the clock, the earliest first, until the visitor says that it is enough. */
    void takeForgotten(Instant clock, Predicate<Entry> goOn) {
        if (!mayHaveToForget(clock)) {
            return;
        }
        long now = clock.toEpochMilli();
        byte[] end = at(forget, now + 1);
        List<byte[]> page = forget.page(at(forget, floors.getForgetFloorMs()), end, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                Entry entry = readDue(key);
                forget.remove(key);
                if (!goOn.test(entry)) {
                    floors.setForgetFloorMs(entry.due.toEpochMilli());
                    floorsChanged = true;
                    return;
                }
            }
            page = forget.page(page.get(page.size() - 1), end, PAGE);
        }
        floors.setForgetFloorMs(now + 1);
        floorsChanged = true;
    }

    private boolean mayHaveToForget(Instant clock) {
        return floors.hasForgetFloorMs() && floors.getForgetFloorMs() <= clock.toEpochMilli();
    }

    boolean isAnyToForget(Instant clock) {
        return mayHaveToForget(clock)
                && forget.firstOf(at(forget, floors.getForgetFloorMs()), at(forget, clock.toEpochMilli() + 1)) != null;
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
        List<byte[]> page = timers.page(at(timers, floors.getTimerFloorMs()), end, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                timers.remove(key);
                Key.Reader parts = new Key.Reader(key);
                parts.number();
                visitor.accept(Timer.read(parts));
            }
            page = timers.page(page.get(page.size() - 1), end, PAGE);
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
        return Stream.of(
                        floors.hasDueFloorMs() ? firstFrom(due, floors.getDueFloorMs()) : null,
                        floors.hasTimerFloorMs() ? firstFrom(timers, floors.getTimerFloorMs()) : null,
                        floors.hasForgetFloorMs() ? firstFrom(forget, floors.getForgetFloorMs()) : null)
                .filter(Objects::nonNull)
                .map(key -> instant(new Key.Reader(key).number()))
                .min(Comparator.naturalOrder());
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
        return inOrder(due.key(), entry);
    }

    private static byte[] inOrder(Key key, Entry entry) {
        key.number(ordered(entry.due.toEpochMilli())).text(entry.region.value());
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
