package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.HoldRow;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The operators' holds. A region has few of them: each decision on a file reads them all. Not thread safe. */
final class Holds {
    private static final int PAGE = 64;

    private final Table<HoldRow> rows;

    Holds(OrderedStore store) {
        rows = new Table<>(store, Tags.HOLDS, HoldRow.parser());
    }

    @Nullable
    HoldRow get(RegionId region, String holdId) {
        return rows.get(key(region, holdId));
    }

    void put(RegionId region, String holdId, HoldRow row) {
        rows.put(key(region, holdId), row);
    }

    void remove(RegionId region, String holdId) {
        rows.delete(key(region, holdId));
    }

    /** Returns the first hold that covers the path; {@code null}: none. */
    @Nullable
    String firstOver(RegionId region, FilePath path) {
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
    void forEach(RegionId region, BiConsumer<String, HoldRow> visitor) {
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
