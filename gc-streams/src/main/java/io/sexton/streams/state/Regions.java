package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.state.view.RegionView;
import io.sexton.streams.state.view.RegionsView;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the regions. Each changed row is written once for a record. A cache holds the rows of the regions that
 * were used last. Not thread safe.
 */
public final class Regions implements RegionsView {
    private static final int KEPT = 4096;

    private final Table<RegionRow> table;
    private final Map<RegionId, Loaded> touched = new LinkedHashMap<>();
    private final Map<RegionId, RegionRow> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RegionId, RegionRow> eldest) {
            return size() > KEPT;
        }
    };

    private record Loaded(Region region, @Nullable RegionRow stored) {}

    Regions(OrderedStore store, int tag) {
        table = new Table<>(store, tag, RegionRow.parser());
    }

    public Region get(RegionId id) {
        Loaded known = touched.get(id);
        if (known == null) {
            RegionRow stored = stored(id);
            RegionRow.Builder row = stored == null ? RegionRow.newBuilder() : stored.toBuilder();
            known = new Loaded(new Region(id, row, stored != null), stored);
            touched.put(id, known);
        }
        return known.region;
    }

    @Override
    public RegionView view(RegionId id) {
        Loaded known = touched.get(id);
        if (known != null) {
            return known.region;
        }
        RegionRow stored = stored(id);
        return new StoredRegion(id, stored == null ? RegionRow.getDefaultInstance() : stored);
    }

    private record StoredRegion(RegionId id, RegionRow row) implements RegionView {}

    /** Returns the regions that the present record has read so far. */
    public Collection<Region> touched() {
        return touched.values().stream().map(Loaded::region).toList();
    }

    void flush() {
        for (Loaded each : touched.values()) {
            Region region = each.region;
            if (region.isKnown()) {
                RegionRow row = region.row().build();
                if (!row.equals(each.stored)) {
                    table.put(key(region.id()), row);
                    kept.put(region.id(), row);
                }
            }
        }
        touched.clear();
    }

    private @Nullable RegionRow stored(RegionId id) {
        RegionRow row = kept.get(id);
        if (row == null) {
            row = table.get(key(id));
            if (row != null) {
                kept.put(id, row);
            }
        }
        return row;
    }

    private byte[] key(RegionId id) {
        return table.key().text(id.value()).build();
    }
}
