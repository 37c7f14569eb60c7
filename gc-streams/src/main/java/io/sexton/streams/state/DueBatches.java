package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.DueBatchRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the schedule that one record has made for several files of one region at one time. Their paths are stored
 * in rows that are never rewritten, and deleted with the last file of the batch. So a row may name a file that has left:
 * its place is in its own row ({@link io.sexton.streams.model.KnownFile.Entry}). Not thread safe.
 */
final class DueBatches {
    /** Rows that a walk reads at once. */
    private static final int PAGE = 4;

    private final Timeline rows;
    private final Table<DueBatchRow> counts;
    private final Map<Id, DueBatchRow.Builder> changed = new LinkedHashMap<>();

    /** Below it, in memory only, rows name no file that is still due: a read need not look at them. */
    private @Nullable DueEntry passed;

    private @Nullable Walk walk;

    /** @param offset of the record that made the batch */
    private record Id(Instant due, RegionId region, long offset) {}

    DueBatches(OrderedStore store, Timeline rows) {
        this.rows = rows;
        counts = new Table<>(store, Tags.DUE_BATCH_COUNTS, DueBatchRow.parser());
    }

    void add(Batches.Batch batch, long offset) {
        DueBatchRow.Builder count =
                DueBatchRow.newBuilder().setLeft(batch.entries().size());
        for (List<DueEntry> row : batch.rows()) {
            String first = row.getFirst().pathOfFile().value();
            count.addFirstPaths(first);
            rows.add(batch.due(), rowKey(batch.due(), batch.region(), first, offset), Batches.write(row));
        }
        counts.put(countKey(new Id(batch.due(), batch.region(), offset)), count.build());
        if (passed != null && batch.entries().getFirst().isBefore(passed)) {
            passed = null;
        }
    }

    /**
     * Removes a file from its batch.
     *
     * @param offset of the record that made the batch
     * @return false if there is no such batch: then the file has an entry of its own
     */
    boolean remove(DueEntry entry, long offset) {
        Id id = new Id(entry.due(), entry.region(), offset);
        DueBatchRow.Builder batch = changed.get(id);
        if (batch == null) {
            DueBatchRow stored = counts.get(countKey(id));
            if (stored == null) {
                return false;
            }
            batch = stored.toBuilder();
            changed.put(id, batch);
        }
        if (batch.getLeft() == 0) {
            throw new IllegalStateException("more files have left a batch of the schedule than it had");
        }
        batch.setLeft(batch.getLeft() - 1);
        return true;
    }

    /**
     * Returns the earliest entries at the clock or before, in order, at most {@code limit}.
     *
     * @param line gives the entries their keys
     * @param above the key after which they begin; {@code null}: the lower bound
     * @param from the first entry's time and region, or before; {@code null}: the lower bound
     */
    List<Keyed> due(Timeline line, byte @Nullable [] above, byte @Nullable [] from, Instant clock, int limit) {
        Walk here = walk;
        if (here == null || above == null || !here.hasReturnedLast(above)) {
            Bound bound = new Bound(above == null && passed != null ? passed.keyIn(line) : above, above != null);
            here = new Walk(line, bound, from, clock);
            walk = here;
        }
        List<Keyed> due = new ArrayList<>();
        for (Keyed next = here.next(); next != null; next = here.next()) {
            due.add(next);
            if (due.size() == limit) {
                break;
            }
        }
        return due;
    }

    /** An entry with its key. */
    @SuppressWarnings("ArrayRecordComponent") // a key of the store
    record Keyed(byte[] key, DueEntry entry) {}

    /** The bound of the entries of a walk; without a key it admits all. */
    @SuppressWarnings("ArrayRecordComponent") // a key of the store
    private record Bound(byte @Nullable [] key, boolean exclusive) {
        boolean admits(byte[] entry) {
            int order = key == null ? 1 : Arrays.compareUnsigned(entry, key);
            return exclusive ? order > 0 : order >= 0;
        }
    }

    /**
     * A walk over the entries in order: the paths of rows that overlap, because several records have made files of one
     * region due at the same time, are in turns. Rows change only at the end of a record, and end the walk.
     */
    private final class Walk {
        private final Timeline line;
        private final Bound bound;
        private final Instant clock;
        private final PriorityQueue<OpenRow> open = new PriorityQueue<>();
        private List<OrderedStore.Entry> page;
        private int next;
        private byte @Nullable [] last;

        Walk(Timeline line, Bound bound, byte @Nullable [] from, Instant clock) {
            this.line = line;
            this.bound = bound;
            this.clock = clock;
            page = rows.entriesFrom(from, clock, PAGE);
        }

        boolean hasReturnedLast(byte[] key) {
            return Arrays.equals(key, last);
        }

        /** Returns the next entry; {@code null}: there is none. */
        @Nullable
        Keyed next() {
            while (true) {
                openRows();
                OpenRow first = open.poll();
                if (first == null) {
                    return null;
                }
                Keyed entry = first.entry();
                if (first.advance()) {
                    open.add(first);
                }
                if (!Arrays.equals(entry.key, last)) {
                    last = entry.key;
                    return entry;
                }
            }
        }

        /** Opens the rows that may begin before the next entry of those that are open. */
        private void openRows() {
            while (next < page.size()) {
                OpenRow row = new OpenRow(line, page.get(next));
                OpenRow first = open.peek();
                if (first != null && row.compareTo(first) > 0) {
                    return;
                }
                if (row.advanceInto(bound)) {
                    open.add(row);
                }
                next++;
                if (next == page.size() && next == PAGE) {
                    page = rows.entriesFrom(Key.next(page.getLast().key()), clock, PAGE);
                    next = 0;
                }
            }
        }
    }

    /** A row of paths that a walk reads. */
    private static final class OpenRow implements Comparable<OpenRow> {
        private final OrderedStore.Entry row;
        private final Instant due;
        private final RegionId region;
        private final byte[] prefix;
        private List<String> paths = List.of();
        private int at;
        private byte[] key;

        /** Begins at the first path, which the key of the row has. */
        OpenRow(Timeline line, OrderedStore.Entry row) {
            this.row = row;
            Key.Reader parts = new Key.Reader(row.key());
            due = Timeline.timeOf(parts);
            region = new RegionId(parts.text());
            prefix = line.at(due).text(region.value()).build();
            key = Key.join(prefix, parts.text());
        }

        /** Advances to the first path within the bound. Returns false if there is none. */
        boolean advanceInto(Bound bound) {
            paths = Batches.read(row);
            while (!bound.admits(key)) {
                if (!advance()) {
                    return false;
                }
            }
            return true;
        }

        boolean advance() {
            at++;
            if (at == paths.size()) {
                return false;
            }
            key = Key.join(prefix, paths.get(at));
            return true;
        }

        Keyed entry() {
            return new Keyed(key, new DueEntry(due, region, FilePath.of(paths.get(at))));
        }

        @Override
        public int compareTo(OpenRow other) {
            return Arrays.compareUnsigned(key, other.key);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Returns the first key of the rows of a time and region. */
    byte[] firstKey(Instant due, RegionId region) {
        return rows.at(due).text(region.value()).build();
    }

    /** Raises the lower bound above this time: no entry is left at or before it. */
    void raiseFloorAbove(Instant time) {
        passed = null;
        rows.raiseFloor(time.plusMillis(1));
    }

    /** Raises the lower bound to this entry: none is left before it. */
    void raiseFloorTo(DueEntry entry) {
        passed = entry;
        rows.raiseFloor(firstKey(entry.due(), entry.region()));
    }

    /** Returns the time of the earliest entry; {@code null}: there is none. */
    @Nullable
    Instant earliest() {
        return rows.earliest();
    }

    /** Writes the changed batches. Must be called after each record, before {@link #add}. */
    void flush() {
        walk = null;
        changed.forEach((id, batch) -> {
            if (batch.getLeft() > 0) {
                counts.put(countKey(id), batch.build());
            } else {
                batch.getFirstPathsList().forEach(first -> rows.remove(rowKey(id.due, id.region, first, id.offset)));
                counts.delete(countKey(id));
            }
        });
        changed.clear();
    }

    private byte[] rowKey(Instant due, RegionId region, String firstPath, long offset) {
        return rows.at(due).text(region.value()).text(firstPath).number(offset).build();
    }

    private byte[] countKey(Id id) {
        return counts.key()
                .number(Timeline.ordered(id.due.toEpochMilli()))
                .text(id.region.value())
                .number(id.offset)
                .build();
    }
}
