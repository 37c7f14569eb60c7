package io.sexton.streams.state.view;

import io.sexton.proto.RegionId;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.RegionRowOrBuilder;

/** A region, read-only. */
public interface RegionView {
    RegionId id();

    RegionRowOrBuilder row();

    /** Returns whether the region was dropped and its linger has ended. */
    default boolean isGone() {
        return row().hasDrop() && row().getDrop().getGone();
    }

    /** Returns whether a gap is open: the fold may not know all live files (I5). */
    default boolean isIncomplete() {
        return row().hasGap() && !row().getRetentionOnly();
    }

    /** Returns the stamp of the highest open gap. The region must have one. */
    default Stamp gap() {
        return StampCodec.read(row().getGap());
    }
}
