package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.streams.row.CompactionRow;
import io.sexton.streams.state.view.CompactionsView;

/** The running compactions. Not thread safe. */
public final class Compactions extends RegionRows<CompactionRow> implements CompactionsView {
    Compactions(OrderedStore store) {
        super(store, Tags.COMPACTIONS, CompactionRow.parser());
    }
}
