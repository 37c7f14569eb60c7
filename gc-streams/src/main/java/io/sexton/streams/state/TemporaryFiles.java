package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Tally;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.FileState;
import java.util.List;
import java.util.function.Consumer;

/** The index of temporary files by their compaction. Not thread safe. */
public final class TemporaryFiles {
    private static final int PAGE = 512;

    private final KeySet keys;
    private final Tally counts;

    TemporaryFiles(OrderedStore store) {
        keys = new KeySet(store, Tags.TEMPORARIES);
        counts = new Tally(store, Tags.TEMPORARY_COUNTS);
    }

    void add(RegionId region, FilePath path, FileState state) {
        if (state instanceof FileState.Temporary temporary) {
            keys.add(key(region, path, temporary));
            counts.add(countKey(region, temporary.compactionId()), 1);
        }
    }

    void remove(RegionId region, FilePath path, FileState state) {
        if (state instanceof FileState.Temporary temporary) {
            keys.remove(key(region, path, temporary));
            counts.add(countKey(region, temporary.compactionId()), -1);
        }
    }

    /** Visits the temporary files of a compaction; the visitor may change them. */
    public void forEach(RegionId region, String compactionId, Consumer<FilePath> visitor) {
        byte[] from = keys.key().text(region.value()).text(compactionId).build();
        byte[] end = Key.after(from);
        // Exactly as many as exist: a longer page would walk over the tombstones of other compactions (I9).
        long left = counts.count(countKey(region, compactionId));
        while (left > 0) {
            List<byte[]> page = keys.page(from, end, (int) Math.min(left, PAGE));
            for (byte[] key : page) {
                Key.Reader parts = new Key.Reader(key);
                parts.text();
                parts.text();
                visitor.accept(FilePath.of(parts.tail()));
                from = Key.next(key);
            }
            left -= page.size();
        }
    }

    void flush() {
        counts.flush();
    }

    private byte[] countKey(RegionId region, String compactionId) {
        return counts.key().text(region.value()).tail(compactionId).build();
    }

    private byte[] key(RegionId region, FilePath path, FileState.Temporary temporary) {
        return keys.key()
                .text(region.value())
                .text(temporary.compactionId())
                .tail(path.value())
                .build();
    }
}
