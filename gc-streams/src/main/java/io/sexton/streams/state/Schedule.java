package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Tally;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.ScheduleRow;
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
 * The indexes by time: due files in the order of design, section 7 (due time, region, path), timers, files parked under
 * their blockers, files to forget, timers that start at the next tick, and the regions with unfinished work.
 *
 * <p>With lower bounds and counts no read walks over the tombstones of removed entries (I9). Not thread safe.
 */
public final class Schedule {
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

    /** A file that is due at a time; without a path its whole region. */
    public record Entry(Instant due, RegionId region, @Nullable FilePath path) {}

    public void add(Entry entry) {
        due.add(entry.due, keyIn(due, entry));
    }

    public void remove(Entry entry) {
        due.remove(keyIn(due, entry));
    }

    /**
     * Returns the earliest entries due at the clock, in order, at most {@code limit}, from the one after {@code last}.
     */
    public List<Entry> due(@Nullable Entry last, Instant clock, int limit) {
        List<byte[]> page =
                last == null ? due.due(clock, limit) : due.dueFrom(Key.next(keyIn(due, last)), clock, limit);
        return page.stream().map(Schedule::entryOf).toList();
    }

    /** Returns entries as {@link #due}, from the first one with a later time than this one or of a later region. */
    public List<Entry> dueAfterRegion(Entry entry, Instant clock, int limit) {
        byte[] region = due.at(entry.due).text(entry.region.value()).build();
        return due.dueFrom(Key.after(region), clock, limit).stream()
                .map(Schedule::entryOf)
                .toList();
    }

    /** Returns whether the first entry precedes the second one. */
    public static boolean isBefore(Entry a, Entry b) {
        return Arrays.compareUnsigned(order(a), order(b)) < 0;
    }

    private static byte[] order(Entry entry) {
        Key key = Key.of(0).number(Timeline.ordered(entry.due.toEpochMilli())).text(entry.region.value());
        return (entry.path == null ? key : key.tail(entry.path.value())).build();
    }

    /** Returns whether a bound was reached, so that the next tick has work at once. */
    public boolean workLeft() {
        return row.getWorkLeft();
    }

    public void setWorkLeft(boolean left) {
        rowChanged |= left != row.getWorkLeft();
        row.setWorkLeft(left);
    }

    /** Raises the lower bound above this time: no entry is left at or before it. */
    public void raiseFloorAbove(Instant time) {
        due.raiseFloor(time.plusMillis(1));
    }

    /** Raises the lower bound to this entry: none is left before it. */
    public void raiseFloorTo(Entry entry) {
        due.raiseFloor(keyIn(due, entry));
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

    public boolean isAnyParkedUnder(Blocker blocker) {
        return parkedCounts.isAny(countKey(blocker.key()));
    }

    private byte[] countKey(byte[] blockerKey) {
        return parkedCounts.key().bytes(blockerKey).build();
    }

    /** Returns the range of the files parked under blockers whose keys begin with the prefix; an empty one: of all. */
    Range parkedUnder(byte... blockerKeyPrefix) {
        byte[] from = parked.key().bytes(blockerKeyPrefix).build();
        return new Range(from, Key.after(from));
    }

    /** A range of parked keys, with an inclusive start and an exclusive end. */
    @SuppressWarnings("ArrayRecordComponent") // keys that go into the store
    record Range(byte[] from, byte[] to) {
        Range after(Parked last) {
            return new Range(Key.next(last.key), to);
        }

        Range startingAt(byte[] key) {
            return new Range(key, to);
        }
    }

    /** A parked file, its own key, and the key of its blocker. */
    @SuppressWarnings("ArrayRecordComponent") // keys that come from the store
    record Parked(byte[] key, byte[] blockerKey, Entry entry) {}

    /** Returns the files parked in the range; those under one blocker in the order of the due index. */
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

    /** Records that the region has work that the fact which began it could not finish. */
    public void markUnfinished(RegionId region) {
        unfinished.add(unfinishedKey(region));
        setWorkLeft(true);
    }

    public void clearUnfinished(RegionId region) {
        unfinished.remove(unfinishedKey(region));
    }

    /** Returns a region with unfinished work; {@code null}: none. */
    @Nullable
    public RegionId firstUnfinished() {
        byte[] prefix = unfinished.key().build();
        byte[] first = unfinished.firstOf(prefix, Key.after(prefix));
        return first == null ? null : new RegionId(new Key.Reader(first).text());
    }

    private byte[] unfinishedKey(RegionId region) {
        return unfinished.key().text(region.value()).build();
    }

    /** Returns the key from which a change of policies still has to wake parked files; {@code null}: it is finished. */
    public byte @Nullable [] wakeAllNext() {
        return row.getWakeAllNext().isEmpty() ? null : row.getWakeAllNext().toByteArray();
    }

    void setWakeAllNext(byte @Nullable [] next) {
        row.setWakeAllNext(next == null ? ByteString.EMPTY : ByteString.copyFrom(next));
        rowChanged = true;
        if (next != null) {
            setWorkLeft(true);
        }
    }

    /** Schedules the removal of the row of a GONE file. */
    void forgetAt(Instant at, RegionId region, FilePath path) {
        forget.add(at, keyIn(forget, new Entry(at, region, path)));
    }

    /**
     * Removes the entries of files to forget at the clock, the earliest first, until the visitor returns false. Returns
     * whether none is left.
     */
    boolean takeForgotten(Instant clock, Predicate<Entry> visitor) {
        List<byte[]> page = forget.due(clock, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                Entry entry = entryOf(key);
                forget.remove(key);
                if (!visitor.test(entry)) {
                    forget.raiseFloor(key);
                    return false;
                }
            }
            page = forget.dueFrom(page.get(page.size() - 1), clock, PAGE);
        }
        if (forget.mayBeDue(clock)) {
            forget.raiseFloor(clock.plusMillis(1));
        }
        return true;
    }

    public void add(Instant at, Timer timer) {
        timers.add(at, timerKey(at, timer));
    }

    public void remove(Instant at, Timer timer) {
        timers.remove(timerKey(at, timer));
    }

    /** Removes and visits every timer that is due at the clock, in order. The visitor may add later ones. */
    public void fireTimers(Instant clock, Consumer<Timer> visitor) {
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
            row.setAwaitingFloor(tick.offset());
            rowChanged = true;
            page = page.size() < PAGE ? List.of() : awaitingTick.page(from, end, PAGE);
        }
    }

    /** Returns the lower bound of the awaiting timers: below it are tombstones only. */
    private byte[] firstAwaiting() {
        return awaitingTick.key().number(row.getAwaitingFloor()).build();
    }

    /**
     * Returns the time of the next work of a tick; empty if nothing is scheduled. {@link Instant#MIN} means at once.
     */
    public Optional<Instant> nextWork() {
        if (workLeft()
                || awaitingTick.firstOf(
                                firstAwaiting(), Key.after(awaitingTick.key().build()))
                        != null) {
            return Optional.of(Instant.MIN);
        }
        return Stream.of(due, timers, forget)
                .map(Timeline::earliest)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /** Writes the changed counts and lower bounds. Must be called after each record. */
    void flush() {
        parkedCounts.flush();
        if (due.takeFloorChanged() && due.floorMs() != null) {
            row.setDueFloorMs(due.floorMs());
            rowChanged = true;
        }
        if (timers.takeFloorChanged() && timers.floorMs() != null) {
            row.setTimerFloorMs(timers.floorMs());
            rowChanged = true;
        }
        if (forget.takeFloorChanged() && forget.floorMs() != null) {
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
