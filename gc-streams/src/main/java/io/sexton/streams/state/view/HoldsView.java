package io.sexton.streams.state.view;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.HoldRow;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The operators' holds, read-only. */
public interface HoldsView {
    /** Returns the first hold that covers the path; {@code null}: none. */
    @Nullable
    String firstOver(RegionId region, FilePath path);

    /** Visits all holds of a region. */
    void forEach(RegionId region, BiConsumer<String, HoldRow> visitor);
}
