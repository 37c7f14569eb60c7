package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.HoldRow;
import io.sexton.streams.state.view.HoldsView;
import org.jspecify.annotations.Nullable;

/** The operators' holds. A region has few of them: each decision on a file reads them all. Not thread safe. */
public final class Holds extends RegionRows<HoldRow> implements HoldsView {
    Holds(OrderedStore store) {
        super(store, Tags.HOLDS, HoldRow.parser());
    }

    @Override
    @Nullable
    public String firstOver(RegionId region, FilePath path) {
        String[] first = new String[1];
        forEach(region, (id, hold) -> {
            if (first[0] == null && path.value().startsWith(hold.getPathPrefix())) {
                first[0] = id;
            }
        });
        return first[0];
    }
}
