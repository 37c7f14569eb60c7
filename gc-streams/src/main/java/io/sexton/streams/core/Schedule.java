package io.sexton.streams.core;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.ScheduleRow;
import java.time.Instant;
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
 * What falls due when: files in the order of design, section 7 (due time, region, path), timers, files parked under
 * their blockers, files to forget, what awaits the next tick before its time can be counted, and the regions that have
 * work left over.
 *
 * <p>Lower bounds and counts keep looks from walking over the tombstones of what was there before (I9). Not thread safe.
 */
final class Schedule {
    private static final int PAGE = 512;

    private final Timeline due;
    private final Timeline timers;
    private final Timeline forget;
    private final KeySet awaitingTick;
    private final KeySet parked;
    private final Tally parkedCounts;
    private final KeySet unfinished;
    private final Table<ScheduleRow> rows;
    private final byte[] rowKey;
    private final ScheduleRow.Builder row;
    private boolean rowChanged;

    Schedule(OrderedStore store) {
        rows = new Table<>(store, Tags.SCHEDULE_BOUNDS, ScheduleRow.parser());
        rowKey = rows.key().build();
        ScheduleRow stored = rows.get(rowKey);
        row = stored == null ? ScheduleRow.newBuilder() : stored.toBuilder();
        due = new Timeline(store, Tags.DUE, row.hasDueFloorMs() ? row.getDueFloorMs() : null);
        timers = new Timeline(store, Tags.TIMERS, row.hasTimerFloorMs() ? row.getTimerFloorMs() : null);
        forget = new Timeline(store, Tags.FORGET, row.hasForgetFloorMs() ? row.getForgetFloorMs() : null);
        awaitingTick = new KeySet(store, Tags.AWAITING_TICK);
        parked = new KeySet(store, Tags.PARKED);
        parkedCounts = new Tally(store, Tags.PARKED_COUNTS);
        unfinished = new KeySet(store, Tags.UNFINISHED);
    }

    /** A file, or without a path its whole region, that is to be looked at. */
    record Entry(Instant due, RegionId region, @Nullable FilePath path) {}

    void add(Entry entry) {
        due.add(entry.due, keyIn(due, entry));
    }

    void remove(Entry entry) {
        due.remove(keyIn(due, entry));
    }

    /** The earliest entries that are due at the clock, in order, at most {@code limit}, from the one after {@code last}. */
    List<Entry> due(@Nullable Entry last, Instant clock, int limit) {
        List<byte[]> page =
                last == null ? due.due(clock, limit) : due.dueFrom(Key.next(keyIn(due, last)), clock, limit);
        return page.stream().map(Schedule::entryOf).toList();
    }

    /** As {@link #due}, from the first entry that is of a later time than this one, or of another region. */
    List<Entry> dueBehindRegion(Entry entry, Instant clock, int limit) {
        byte[] region = due.at(entry.due).text(entry.region.value()).build();
        return due.dueFrom(Key.after(region), clock, limit).stream()
                .map(Schedule::entryOf)
                .toList();
    }

    /** Whether the first entry stands before the second one. */
    static boolean isBefore(Entry a, Entry b) {
        return Arrays.compareUnsigned(order(a), order(b)) < 0;
    }

    private static byte[] order(Entry entry) {
        Key key = Key.of(0).number(Timeline.ordered(entry.due.toEpochMilli())).text(entry.region.value());
        return (entry.path == null ? key : key.tail(entry.path.value())).build();
    }

    /** Whether a bound was reached, and something is left for the next tick. */
    boolean workLeft() {
        return row.getWorkLeft();
    }

    void setWorkLeft(boolean left) {
        rowChanged |= left != row.getWorkLeft();
        row.setWorkLeft(left);
    }

    /** Nothing is left at or before this time: the next look begins above it. */
    void nothingDueUntil(Instant time) {
        due.nothingBefore(time.plusMillis(1));
    }

    /** Nothing is left before this entry. */
    void nothingDueBefore(Entry entry) {
        due.nothingBefore(keyIn(due, entry));
    }

    void park(Blocker blocker, Entry entry) {
        byte[] blockerKey = blocker.key();
        parked.add(parkedKey(blockerKey, entry));
        parkedCounts.add(countKey(blockerKey), 1);
    }

    void unpark(byte[] blockerKey, Entry entry) {
        parked.remove(parkedKey(blockerKey, entry));
        parkedCounts.add(countKey(blockerKey), -1);
    }

    boolean isAnyParkedUnder(Blocker blocker) {
        return parkedCounts.isAny(countKey(blocker.key()));
    }

    private byte[] countKey(byte[] blockerKey) {
        return parkedCounts.key().bytes(blockerKey).build();
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
        Instant at = Timeline.timeOf(parts);
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
        return first == null ? null : new RegionId(new Key.Reader(first).text());
    }

    private byte[] unfinishedKey(RegionId region) {
        return unfinished.key().text(region.value()).build();
    }

    /** From where on a change of policies is still to wake what is parked; {@code null}: it is not. */
    byte @Nullable [] wakeAllNext() {
        return row.getWakeAllNext().isEmpty() ? null : row.getWakeAllNext().toByteArray();
    }

    void setWakeAllNext(byte @Nullable [] next) {
        row.setWakeAllNext(next == null ? ByteString.EMPTY : ByteString.copyFrom(next));
        rowChanged = true;
        if (next != null) {
            setWorkLeft(true);
        }
    }

    /** A file that is GONE is to be forgotten then. */
    void forgetAt(Instant at, RegionId region, FilePath path) {
        forget.add(at, keyIn(forget, new Entry(at, region, path)));
    }

    /**
     * Takes the files that are to be forgotten at the clock, the earliest first, until the visitor says that it is enough.
     * Returns whether none may be left.
     */
    boolean takeForgotten(Instant clock, Predicate<Entry> goOn) {
        List<byte[]> page = forget.due(clock, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                Entry entry = entryOf(key);
                forget.remove(key);
                if (!goOn.test(entry)) {
                    forget.nothingBefore(key);
                    return false;
                }
            }
            page = forget.dueFrom(page.get(page.size() - 1), clock, PAGE);
        }
        if (forget.mayBeDue(clock)) {
            forget.nothingBefore(clock.plusMillis(1));
        }
        return true;
    }

    void add(Instant at, Timer timer) {
        timers.add(at, timerKey(at, timer));
    }

    void remove(Instant at, Timer timer) {
        timers.remove(timerKey(at, timer));
    }

    /** Takes every timer whose time the clock has reached, in order; the visitor may add later ones. */
    void fireTimers(Instant clock, Consumer<Timer> visitor) {
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
            timers.nothingBefore(clock.plusMillis(1));
        }
    }

    /** From the next tick on its time counts. One that has ended by then is found to have ended. */
    void awaitTick(Timer timer, Fact fact) {
        awaitingTick.add(
                timer.appendTo(awaitingTick.key().number(fact.offset())).build());
    }

    /** Takes everything that waited for the tick. */
    void takeAwaitingTick(Fact tick, Consumer<Timer> visitor) {
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
            row.setAwaitingFloor(tick.offset());
            rowChanged = true;
            page = page.size() < PAGE ? List.of() : awaitingTick.page(from, end, PAGE);
        }
    }

    /** Below it there are only tombstones. */
    private byte[] firstAwaiting() {
        return awaitingTick.key().number(row.getAwaitingFloor()).build();
    }

    /** When the next tick has something to do; empty where nothing is scheduled at all. {@link Instant#MIN}: at once. */
    Optional<Instant> nextWork() {
        if (workLeft()
                || awaitingTick.firstOf(
                                firstAwaiting(), Key.after(awaitingTick.key().build()))
                        != null) {
            return Optional.of(Instant.MIN);
        }
        return Stream.of(due, timers, forget)
                .map(Timeline::next)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /** Must be called after each record. */
    void flush() {
        parkedCounts.flush();
        if (due.takeChanged() && due.floorMs() != null) {
            row.setDueFloorMs(due.floorMs());
            rowChanged = true;
        }
        if (timers.takeChanged() && timers.floorMs() != null) {
            row.setTimerFloorMs(timers.floorMs());
            rowChanged = true;
        }
        if (forget.takeChanged() && forget.floorMs() != null) {
            row.setForgetFloorMs(forget.floorMs());
            rowChanged = true;
        }
        if (rowChanged) {
            rows.put(rowKey, row.build());
            rowChanged = false;
        }
    }

    private static byte[] keyIn(Timeline line, Entry entry) {
        Key key = line.at(entry.due).text(entry.region.value());
        return (entry.path == null ? key : key.tail(entry.path.value())).build();
    }

    private static Entry entryOf(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        Instant at = Timeline.timeOf(parts);
        RegionId region = new RegionId(parts.text());
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
                .number(Timeline.ordered(entry.due.toEpochMilli()))
                .tail(path.value())
                .build();
    }

    private byte[] timerKey(Instant at, Timer timer) {
        return timer.appendTo(timers.at(at)).build();
    }
}
