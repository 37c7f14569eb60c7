package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.KnownFile.Entry;
import io.sexton.streams.state.DueBatches.Keyed;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
    private static final int PAGE_OF_BATCHES = 4;

    private final ScheduleBounds bounds;
    private final Timeline due;
    private final DueBatches dueBatches;
    private final Batches newlyDue;
    private final Timeline forget;
    private final Timeline forgetBatches;
    private final Batches newlyGone;
    private final KeySet unfinished;
    private long offset;

    Schedule(OrderedStore store, ScheduleBounds bounds) {
        this.bounds = bounds;
        due = bounds.due();
        dueBatches = new DueBatches(store, bounds.dueBatches());
        newlyDue = new Batches(due);
        forget = bounds.forget();
        forgetBatches = bounds.forgetBatches();
        newlyGone = new Batches(forget);
        unfinished = new KeySet(store, Tags.UNFINISHED);
    }

    /** Begins the record at the offset. Its entries bear it. */
    void begin(long recordOffset) {
        offset = recordOffset;
    }

    /** Adds the entry of a region. */
    public void add(DueEntry entry) {
        due.add(entry.due(), entry.keyIn(due));
    }

    /** Removes the entry of a region. */
    public void remove(DueEntry entry) {
        due.remove(entry.keyIn(due));
    }

    /** Adds a file. Returns its place. */
    Entry add(RegionId region, FilePath path, Instant at) {
        Entry entry = Entry.at(at, offset);
        newlyDue.add(new DueEntry(at, region, path));
        return entry;
    }

    /** Removes a file that has that place. */
    void remove(RegionId region, FilePath path, Entry entry) {
        DueEntry at = new DueEntry(Objects.requireNonNull(entry.due(), "a scheduled file has a time"), region, path);
        Long scheduled = entry.scheduled();
        if (scheduled != null && scheduled == offset) {
            newlyDue.remove(at);
        } else if (scheduled == null || !dueBatches.remove(at, scheduled)) {
            due.remove(at.keyIn(due));
        }
    }

    /**
     * Returns the earliest entries due at the clock, in order, at most {@code limit}, from the one after {@code last}. A file
     * among them may have left: {@link Entry#isDueAt} of the file itself decides.
     */
    public List<DueEntry> due(@Nullable DueEntry last, Instant clock, int limit) {
        byte[] above = last == null ? null : last.keyIn(due);
        List<Keyed> found = dueBatches.due(
                due, above, last == null ? null : dueBatches.firstKey(last.due(), last.region()), clock, limit);
        List<byte[]> own = above == null ? due.due(clock, limit) : due.dueFrom(Key.next(above), clock, limit);
        return merged(found, own, above, clock, limit);
    }

    /** Returns entries as {@link #due}, from the first one with a later time than this one or of a later region. */
    public List<DueEntry> dueAfterRegion(DueEntry entry, Instant clock, int limit) {
        byte[] above =
                Key.after(due.at(entry.due()).text(entry.region().value()).build());
        byte[] from = Key.after(dueBatches.firstKey(entry.due(), entry.region()));
        return merged(
                dueBatches.due(due, above, from, clock, limit), due.dueFrom(above, clock, limit), above, clock, limit);
    }

    private List<DueEntry> merged(
            List<Keyed> batches, List<byte[]> own, byte @Nullable [] above, Instant clock, int limit) {
        NavigableMap<byte[], DueEntry> added =
                above == null ? newlyDue.pending() : newlyDue.pending().tailMap(above, false);
        added = added.headMap(due.at(clock.plusMillis(1)).build(), false);
        if (own.isEmpty() && added.isEmpty()) {
            return batches.stream().map(Keyed::entry).toList();
        }
        NavigableMap<byte[], DueEntry> all = new TreeMap<>(Arrays::compareUnsigned);
        batches.forEach(each -> all.put(each.key(), each.entry()));
        own.forEach(key -> all.put(key, DueEntry.read(key)));
        added.entrySet().stream().limit(limit).forEach(each -> all.put(each.getKey(), each.getValue()));
        return all.values().stream().limit(limit).toList();
    }

    /** Returns the first file that the present record has added below this entry; {@code null}: none. */
    @Nullable
    public DueEntry firstAddedBefore(DueEntry entry) {
        Map.Entry<byte[], DueEntry> first = newlyDue.pending().firstEntry();
        return first != null && first.getValue().isBefore(entry) ? first.getValue() : null;
    }

    /** Raises the lower bound above this time: no entry is left at or before it. */
    public void raiseFloorAbove(Instant time) {
        due.raiseFloor(time.plusMillis(1));
        dueBatches.raiseFloorAbove(time);
    }

    /** Raises the lower bound to this entry: none is left before it. */
    public void raiseFloorTo(DueEntry entry) {
        due.raiseFloor(entry.keyIn(due));
        dueBatches.raiseFloorTo(entry);
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
        newlyGone.add(new DueEntry(at, region, path));
    }

    /**
     * Removes the entries of files to forget at the clock until the visitor returns false. Returns whether none is left.
     */
    public boolean takeForgotten(Instant clock, Predicate<DueEntry> visitor) {
        return takeForgottenOfOlderVersions(clock, visitor) && takeForgottenBatches(clock, visitor);
    }

    private boolean takeForgottenOfOlderVersions(Instant clock, Predicate<DueEntry> visitor) {
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

    private boolean takeForgottenBatches(Instant clock, Predicate<DueEntry> visitor) {
        List<OrderedStore.Entry> page = forgetBatches.entriesFrom(null, clock, PAGE_OF_BATCHES);
        while (!page.isEmpty()) {
            for (OrderedStore.Entry row : page) {
                Key.Reader parts = new Key.Reader(row.key());
                Instant at = Timeline.timeOf(parts);
                RegionId region = new RegionId(parts.text());
                List<DueEntry> left = Batches.read(row).stream()
                        .map(path -> new DueEntry(at, region, FilePath.of(path)))
                        .toList();
                while (!left.isEmpty()) {
                    boolean more = visitor.test(left.getFirst());
                    left = left.subList(1, left.size());
                    if (!more) {
                        putBack(row.key(), at, left);
                        return false;
                    }
                }
                forgetBatches.remove(row.key());
            }
            page = forgetBatches.entriesFrom(Key.next(page.getLast().key()), clock, PAGE_OF_BATCHES);
        }
        if (forgetBatches.mayBeDue(clock)) {
            forgetBatches.raiseFloor(clock.plusMillis(1));
        }
        return true;
    }

    /** Leaves the rest of a row for the next tick. */
    private void putBack(byte[] key, Instant at, List<DueEntry> left) {
        if (left.isEmpty()) {
            forgetBatches.remove(key);
        } else {
            forgetBatches.add(at, key, Batches.write(left));
        }
        forgetBatches.raiseFloor(key);
    }

    /** Returns the time of the earliest entry; {@link Instant#MIN}: work is left; empty: there is none. */
    Optional<Instant> earliest() {
        return workLeft()
                ? Optional.of(Instant.MIN)
                : Stream.of(due.earliest(), dueBatches.earliest(), forget.earliest(), forgetBatches.earliest())
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder());
    }

    /** Writes the entries of the present record, by batch. Must be called after each record, before {@link ScheduleBounds}. */
    void flush() {
        dueBatches.flush();
        newlyDue.take(batch -> {
            if (batch.entries().size() == 1) {
                add(batch.entries().getFirst());
            } else {
                dueBatches.add(batch, offset);
            }
        });
        newlyGone.take(batch -> {
            for (List<DueEntry> row : batch.rows()) {
                byte[] key = forgetBatches
                        .at(batch.due())
                        .text(batch.region().value())
                        .text(row.getFirst().pathOfFile().value())
                        .number(offset)
                        .build();
                forgetBatches.add(batch.due(), key, Batches.write(row));
            }
        });
    }
}
