package io.sexton.streams.core;

import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.RegionRow;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The regions' rows, each read once and written once for a record, however many of its facts touch it. Not thread safe. */
final class Regions {
    private final Table<RegionRow> table;
    private final Map<RegionId, Loaded> loaded = new LinkedHashMap<>();

    private record Loaded(Region region, @Nullable RegionRow stored) {}

    Regions(OrderedStore store, int tag) {
        table = new Table<>(store, tag, RegionRow.parser());
    }

    Region get(RegionId id) {
        Loaded known = loaded.get(id);
        if (known == null) {
            RegionRow stored = table.get(key(id));
            RegionRow.Builder row = stored == null ? RegionRow.newBuilder() : stored.toBuilder();
            known = new Loaded(new Region(id, row, stored != null), stored);
            loaded.put(id, known);
        }
        return known.region;
    }

    /** Those that the present record has touched so far. */
    Collection<Region> touched() {
        return loaded.values().stream().map(Loaded::region).toList();
    }

    void flush() {
        for (Loaded each : loaded.values()) {
            if (each.region.isKnown()) {
                RegionRow row = each.region.row().build();
                if (!row.equals(each.stored)) {
                    table.put(key(each.region.id()), row);
                }
            }
        }
        loaded.clear();
    }

    private byte[] key(RegionId id) {
        return table.key().text(id.value()).build();
    }
}
