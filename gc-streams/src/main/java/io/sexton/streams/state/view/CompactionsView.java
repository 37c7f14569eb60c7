package io.sexton.streams.state.view;

import io.sexton.proto.RegionId;
import io.sexton.streams.row.CompactionRow;
import org.jspecify.annotations.Nullable;

/** The running compactions, read-only. */
public interface CompactionsView {
    /** Returns a running compaction; {@code null}: none of that id runs. */
    @Nullable
    CompactionRow get(RegionId region, String compactionId);
}
