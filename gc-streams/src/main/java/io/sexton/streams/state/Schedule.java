package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The work by time: due files in the order of design, section 7 (due time, region, path), files to forget, and the
 * regions with unfinished work.
 *
 * <p>With lower bounds and counts no read walks over the tombstones of removed entries (I9). Not thread safe.
 */
public final class Schedule {
    private static final int PAGE = 512;

    private final ScheduleBounds bounds;
    private final Timeline due;
    private final Timeline forget;
    private final KeySet unfinished;

    Schedule(OrderedStore store, ScheduleBounds bounds) {
        this.bounds = bounds;
        due = bounds.due();
        forget = bounds.forget();
        unfinished = new KeySet(store, Tags.UNFINISHED);
    }

    public void add(DueEntry entry) {
        due.add(entry.due(), entry.keyIn(due));
    }

    public void remove(DueEntry entry) {
        due.remove(entry.keyIn(due));
    }

    /**
     * Returns the earliest entries due at the clock, in order, at most {@code limit}, from the one after {@code last}.
     */
    public List<DueEntry> due(@Nullable DueEntry last, Instant clock, int limit) {
        List<byte[]> page = last == null ? due.due(clock, limit) : due.dueFrom(Key.next(last.keyIn(due)), clock, limit);
        return page.stream().map(DueEntry::read).toList();
    }

    /** Returns entries as {@link #due}, from the first one with a later time than this one or of a later region. */
    public List<DueEntry> dueAfterRegion(DueEntry entry, Instant clock, int limit) {
        byte[] region = due.at(entry.due()).text(entry.region().value()).build();
        return due.dueFrom(Key.after(region), clock, limit).stream()
                .map(DueEntry::read)
                .toList();
    }

    /** Raises the lower bound above this time: no entry is left at or before it. */
    public void raiseFloorAbove(Instant time) {
        due.raiseFloor(time.plusMillis(1));
    }

    /** Raises the lower bound to this entry: none is left before it. */
    public void raiseFloorTo(DueEntry entry) {
        due.raiseFloor(entry.keyIn(due));
    }

    /** Returns whether a bound was reached, so that the next tick has work at once. */
    public boolean workLeft() {
        return bounds.row().getWorkLeft();
    }

    public void setWorkLeft(boolean left) {
        if (left != workLeft()) {
            bounds.change().setWorkLeft(left);
        }
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
        ByteString next = bounds.row().getWakeAllNext();
        return next.isEmpty() ? null : next.toByteArray();
    }

    public void setWakeAllNext(byte @Nullable [] next) {
        bounds.change().setWakeAllNext(next == null ? ByteString.EMPTY : ByteString.copyFrom(next));
        if (next != null) {
            setWorkLeft(true);
        }
    }

    /** Schedules the removal of the row of a GONE file. */
    void forgetAt(Instant at, RegionId region, FilePath path) {
        forget.add(at, new DueEntry(at, region, path).keyIn(forget));
    }

    /**
     * Removes the entries of files to forget at the clock, the earliest first, until the visitor returns false. Returns
     * whether none is left.
     */
    public boolean takeForgotten(Instant clock, Predicate<DueEntry> visitor) {
        List<byte[]> page = forget.due(clock, PAGE);
        while (!page.isEmpty()) {
            for (byte[] key : page) {
                forget.remove(key);
                if (!visitor.test(DueEntry.read(key))) {
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

    /** Returns the time of the earliest entry; {@link Instant#MIN}: work is left; empty: there is none. */
    Optional<Instant> earliest() {
        return workLeft()
                ? Optional.of(Instant.MIN)
                : Stream.of(due, forget)
                        .map(Timeline::earliest)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder());
    }
}
