package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.CompactionRow;
import io.sexton.streams.state.view.CompactionsView;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The running compactions. Not thread safe. */
public final class Compactions implements CompactionsView {
    private final Table<CompactionRow> rows;

    Compactions(OrderedStore store) {
        rows = new Table<>(store, Tags.COMPACTIONS, CompactionRow.parser());
    }

    @Override
    @Nullable
    public CompactionRow get(RegionId region, String compactionId) {
        return rows.get(key(region, compactionId));
    }

    public boolean isRunning(RegionId region, String compactionId) {
        return get(region, compactionId) != null;
    }

    public void put(RegionId region, String compactionId, CompactionRow row) {
        rows.put(key(region, compactionId), row);
    }

    public void remove(RegionId region, String compactionId) {
        rows.delete(key(region, compactionId));
    }

    /** Visits the region's running compactions. The visitor may remove that compaction. */
    public void forEach(RegionId region, BiConsumer<String, CompactionRow> visitor) {
        rows.forEach(rows.key().text(region.value()).build(), stored -> {
            var parts = stored.parts();
            parts.text();
            visitor.accept(parts.tail(), stored.row());
        });
    }

    private byte[] key(RegionId region, String compactionId) {
        return rows.key().text(region.value()).tail(compactionId).build();
    }
}
