package io.sexton.streams.state;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.PathsRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The files that one record enters in an index by time, gathered by time and region until the end of the record. They are
 * stored by batch: an edit that makes 500 files obsolete writes a few rows of paths, not 500 rows. Not thread safe.
 */
final class Batches {
    /** Paths in a row, as many as {@link Schedule} is read by. */
    static final int PATHS = 256;

    private final Timeline line;
    private final NavigableMap<byte[], DueEntry> pending = new TreeMap<>(Arrays::compareUnsigned);

    /** The files of one time and region, in order. */
    record Batch(Instant due, RegionId region, List<DueEntry> entries) {
        /** Returns the rows of paths that the batch takes. */
        List<List<DueEntry>> rows() {
            List<List<DueEntry>> rows = new ArrayList<>();
            for (int from = 0; from < entries.size(); from += PATHS) {
                rows.add(entries.subList(from, Math.min(entries.size(), from + PATHS)));
            }
            return rows;
        }
    }

    /** @param line gives the entries their keys, in the order of design, section 7 */
    Batches(Timeline line) {
        this.line = line;
    }

    void add(DueEntry entry) {
        pending.put(entry.keyIn(line), entry);
    }

    /** Removes an entry that the present record has added. */
    void remove(DueEntry entry) {
        pending.remove(entry.keyIn(line));
    }

    /** Returns the entries that the present record has added, by their keys. */
    NavigableMap<byte[], DueEntry> pending() {
        return pending;
    }

    /** Takes all entries that the present record has added, by batch. */
    void take(Consumer<Batch> visitor) {
        List<DueEntry> batch = new ArrayList<>();
        for (DueEntry entry : pending.values()) {
            if (!batch.isEmpty() && !batch.getFirst().isOfBatch(entry)) {
                visitor.accept(
                        new Batch(batch.getFirst().due(), batch.getFirst().region(), batch));
                batch = new ArrayList<>();
            }
            batch.add(entry);
        }
        if (!batch.isEmpty()) {
            visitor.accept(new Batch(batch.getFirst().due(), batch.getFirst().region(), batch));
        }
        pending.clear();
    }

    static byte[] write(List<DueEntry> row) {
        PathsRow.Builder paths = PathsRow.newBuilder();
        row.forEach(entry -> paths.addPaths(entry.pathOfFile().value()));
        return paths.build().toByteArray();
    }

    static List<String> read(OrderedStore.Entry row) {
        try {
            return PathsRow.parseFrom(row.value()).getPathsList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a batch of the schedule cannot be read: the store is damaged", e);
        }
    }
}
