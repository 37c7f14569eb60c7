package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.DueBatchRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the schedule that one record has made for several files of one region at one time. Their paths are stored
 * in rows that are never rewritten, and deleted with the last file of the batch. So a row may name a file that has left:
 * the file itself tells (see {@link io.sexton.streams.model.KnownFile.Entry}). Not thread safe.
 */
final class DueBatches {
    /** Rows read at once: the second one shows that the first is complete. */
    private static final int PAGE = 2;

    private final Timeline rows;
    private final Table<DueBatchRow> counts;
    private final Map<Id, DueBatchRow.Builder> changed = new LinkedHashMap<>();

    /** Below it, in memory only, rows name no file that is still due: a read need not look at them. */
    private @Nullable DueEntry passed;

    /** In memory only: rows below this key have no path above {@link #readBound}. */
    private byte @Nullable [] readBelow;

    private byte @Nullable [] readBound;

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
            byte[] key = rowKey(batch.due(), batch.region(), first, offset);
            rows.add(batch.due(), key, Batches.write(row));
            if (readBelow != null && Arrays.compareUnsigned(key, readBelow) < 0) {
                readBelow = null;
            }
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
    NavigableMap<byte[], DueEntry> due(
            Timeline line, byte @Nullable [] above, byte @Nullable [] from, Instant clock, int limit) {
        Bound bound = new Bound(above == null && passed != null ? passed.keyIn(line) : above, above != null);
        NavigableMap<byte[], DueEntry> found = new TreeMap<>(Arrays::compareUnsigned);
        boolean onlyRead = true;
        List<OrderedStore.Entry> page = rows.entriesFrom(firstToRead(from, bound), clock, PAGE);
        while (!page.isEmpty()) {
            for (OrderedStore.Entry row : page) {
                Key.Reader parts = new Key.Reader(row.key());
                Instant due = Timeline.timeOf(parts);
                RegionId region = new RegionId(parts.text());
                DueEntry first = new DueEntry(due, region, FilePath.of(parts.text()));
                if (found.size() == limit && Arrays.compareUnsigned(first.keyIn(line), found.lastKey()) > 0) {
                    return found;
                }
                boolean read = true;
                for (String path : Batches.read(row)) {
                    DueEntry entry = new DueEntry(due, region, FilePath.of(path));
                    byte[] key = entry.keyIn(line);
                    if (bound.admits(key)) {
                        found.put(key, entry);
                        read = false;
                    }
                }
                onlyRead &= read;
                if (onlyRead) {
                    readBelow = Key.next(row.key());
                    readBound = bound.key;
                }
                while (found.size() > limit) {
                    found.pollLastEntry();
                }
            }
            page = page.size() < PAGE
                    ? List.of()
                    : rows.entriesFrom(Key.next(page.getLast().key()), clock, PAGE);
        }
        return found;
    }

    /** The bound of the entries that a read returns; without a key it admits all. */
    @SuppressWarnings("ArrayRecordComponent") // a key of the store
    private record Bound(byte @Nullable [] key, boolean exclusive) {
        boolean admits(byte[] entry) {
            int order = key == null ? 1 : Arrays.compareUnsigned(entry, key);
            return exclusive ? order > 0 : order >= 0;
        }
    }

    /** Skips rows that earlier reads of a pass have read to their ends: a batch may have thousands. */
    private byte @Nullable [] firstToRead(byte @Nullable [] from, Bound bound) {
        boolean skips = readBelow != null
                && readBound != null
                && bound.key != null
                && Arrays.compareUnsigned(bound.key, readBound) >= (bound.exclusive ? 0 : 1)
                && (from == null || Arrays.compareUnsigned(from, readBelow) < 0);
        return skips ? readBelow : from;
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
