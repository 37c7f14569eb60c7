package io.sexton.streams.state;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.proto.RegionId;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one kind by region and id. Each change takes what the caller has read, and fails where that contradicts
 * it. Not thread safe.
 */
public class RegionRows<R extends MessageLite> {
    private final Table<R> rows;

    RegionRows(OrderedStore store, int tag, Parser<R> parser) {
        rows = new Table<>(store, tag, parser);
    }

    @Nullable
    public R get(RegionId region, String id) {
        return rows.get(key(region, id));
    }

    public void insert(RegionId region, String id, @Nullable R read, R row) {
        rows.insert(key(region, id), read, row);
    }

    public void update(RegionId region, String id, @Nullable R read, R row) {
        rows.update(key(region, id), read, row);
    }

    public void delete(RegionId region, String id, @Nullable R read) {
        rows.delete(key(region, id), read);
    }

    /** Visits the rows of a region, in order of their ids. The visitor may change or delete that row. */
    public void forEach(RegionId region, BiConsumer<String, R> visitor) {
        rows.forEach(rows.key().text(region.value()).build(), stored -> {
            var parts = stored.parts();
            parts.text();
            visitor.accept(parts.tail(), stored.row());
        });
    }

    private byte[] key(RegionId region, String id) {
        return rows.key().text(region.value()).tail(id).build();
    }
}
