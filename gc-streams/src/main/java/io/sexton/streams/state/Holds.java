package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.HoldRow;
import io.sexton.streams.state.view.HoldsView;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The operators' holds. A region has few of them: each decision on a file reads them all. Not thread safe. */
public final class Holds implements HoldsView {
    private static final int PAGE = 64;

    private final Table<HoldRow> rows;

    Holds(OrderedStore store) {
        rows = new Table<>(store, Tags.HOLDS, HoldRow.parser());
    }

    @Nullable
    public HoldRow get(RegionId region, String holdId) {
        return rows.get(key(region, holdId));
    }

    public void put(RegionId region, String holdId, HoldRow row) {
        rows.put(key(region, holdId), row);
    }

    public void remove(RegionId region, String holdId) {
        rows.delete(key(region, holdId));
    }

    /** Returns the first hold that covers the path; {@code null}: none. */
    @Override
    @Nullable
    public String firstOver(RegionId region, FilePath path) {
        byte[] prefix = rows.key().text(region.value()).build();
        byte[] end = Key.after(prefix);
        byte[] from = prefix;
        while (true) {
            var page = rows.page(from, end, PAGE);
            for (Table.Stored<HoldRow> hold : page) {
                if (path.value().startsWith(hold.row().getPathPrefix())) {
                    var parts = hold.parts();
                    parts.text();
                    return parts.tail();
                }
                from = Key.next(hold.key());
            }
            if (page.size() < PAGE) {
                return null;
            }
        }
    }

    /** Visits all holds of a region. */
    @Override
    public void forEach(RegionId region, BiConsumer<String, HoldRow> visitor) {
        rows.forEach(rows.key().text(region.value()).build(), stored -> {
            var parts = stored.parts();
            parts.text();
            visitor.accept(parts.tail(), stored.row());
        });
    }

    private byte[] key(RegionId region, String holdId) {
        return rows.key().text(region.value()).tail(holdId).build();
    }
}
